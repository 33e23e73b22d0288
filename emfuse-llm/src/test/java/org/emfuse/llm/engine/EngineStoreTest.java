package org.emfuse.llm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.emfuse.llm.model.CacheFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines are fetched whole or not at all, with the client of this machine. */
@SuppressWarnings("NullAway.Init")
class EngineStoreTest {

    private static final byte[] BYTES = {1, 2, 3};

    @TempDir
    private Path folder;

    private EnginePackage server;
    private CacheFolder cache;
    private EngineStore store;

    @BeforeEach
    void open() {
        server = new EnginePackage();
        cache = new CacheFolder(folder.resolve("cache"));
        store = new EngineStore(cache);
    }

    @AfterEach
    void close() {
        // Not there where the test is skipped.
        if (server != null) {
            server.close();
        }
    }

    @Test
    void librariesAndLicenceComeIntoOneFolderAndNothingElse() throws IOException {
        EngineBuild build = server.with("package/bins/linux-x64/libllama.v1.0.0.so", BYTES)
                .with("package/LICENSE", BYTES)
                .with("package/bins/linux-x64/addon.node", BYTES).with("package/bins/../../../evil.so", BYTES)
                .with("../outside.so", BYTES).with("package/bins/linux-x64/deeper/libggml.so", BYTES).build();
        Path installed = store.install(build);
        assertThat(names(installed)).containsExactly("LICENSE", "libllama.v1.0.0.so");
        assertThat(installed.resolve("libllama.v1.0.0.so")).hasBinaryContent(BYTES);
        assertThat(names(cache.engines())).containsExactly("cpu-v1.0.0");
        assertThat(folder.resolve("outside.so")).doesNotExist();
        assertThat(store.folders()).containsExactly(installed);

        int asked = server.requests();
        assertThat(store.install(build)).isEqualTo(installed);
        assertThat(server.requests()).as("what is here is not fetched again").isEqualTo(asked);

        store.remove("cpu-v1.0.0");
        assertThat(names(cache.engines())).isEmpty();
        assertThatThrownBy(() -> store.remove("cpu-v1.0.0")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cpu-v1.0.0");
    }

    @Test
    void anotherPackageThanThePinnedOneIsRefused() throws IOException {
        EngineBuild build = server.with("package/bins/x/libllama.so", BYTES).build();
        server.with("package/bins/x/libllama.so", new byte[]{9});
        assertThatThrownBy(() -> store.install(build)).isInstanceOf(EngineException.class)
                .hasMessageContaining("integrity").hasMessageContaining(build.integrity());
        assertThat(names(cache.engines())).isEmpty();
    }

    @Test
    void aPackageThatIsNotThereIsSaidAndLeavesNothing() throws IOException {
        EngineBuild build = server.with("package/bins/x/libllama.so", BYTES).build();
        server.vanish();
        assertThatThrownBy(() -> store.install(build)).isInstanceOf(EngineException.class)
                .hasMessageContaining("npm pack").hasMessageContaining("404");
        assertThat(names(cache.engines())).isEmpty();
    }

    @Test
    void aPackageWithoutLibrariesIsRefused() throws IOException {
        EngineBuild build = server.with("package/bins/x/readme.txt", BYTES).build();
        assertThatThrownBy(() -> store.install(build)).isInstanceOf(EngineException.class)
                .hasMessageContaining("no shared library");
        assertThat(names(cache.engines())).isEmpty();
    }

    @Test
    void whatAKilledProcessLeftIsRemoved() throws IOException {
        Files.createDirectories(cache.engines().resolve(".fetch123/half"));
        store.install(server.with("package/bins/x/libllama.so", BYTES).build());
        assertThat(names(cache.engines())).containsExactly("cpu-v1.0.0");
    }

    @Test
    void severalAtOnceGetTheSameOne() throws Exception {
        EngineBuild build = server.with("package/bins/x/libllama.so", BYTES).build();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Path>> installs = threads
                    .invokeAll(Collections.nCopies(3, () -> new EngineStore(cache).install(build)));
            for (Future<Path> install : installs) {
                assertThat(install.get()).isEqualTo(store.folderOf(build));
            }
        }
        assertThat(names(cache.engines())).containsExactly("cpu-v1.0.0");
    }

    @Test
    void foldersAreRemovedWithTheirLinksButNotWhatTheyPointAt() throws IOException {
        Path kept = Files.createFile(Files.createDirectory(folder.resolve("kept")).resolve("file"));
        Path deep = Files.createDirectories(folder.resolve("going/deep/deeper"));
        Files.createFile(deep.resolve("file"));
        Files.createSymbolicLink(deep.resolve("link"), kept.getParent());
        CacheFolder.remove(folder.resolve("going"));
        assertThat(folder.resolve("going")).doesNotExist();
        assertThat(kept).exists();
        CacheFolder.remove(folder.resolve("going"));
    }

    @Test
    void choicesAndFailuresAreRemembered() {
        EngineMemory memory = new EngineMemory(cache);
        Instant now = Instant.ofEpochSecond(1_000_000);
        assertThat(memory.choice()).isEmpty();
        memory.choose("cuda");
        assertThat(new EngineMemory(cache).choice()).contains("cuda");
        memory.forgetChoice();
        assertThat(memory.choice()).isEmpty();

        assertThat(memory.recentFailure(now)).isEmpty();
        memory.failed(now, "no network\nand more");
        assertThat(memory.recentFailure(now.plusSeconds(3600))).contains("no network");
        assertThat(memory.recentFailure(now.plus(EngineMemory.PATIENCE).plusSeconds(1))).isEmpty();
        memory.succeeded();
        assertThat(memory.recentFailure(now)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux-x64", "linux-arm64", "mac-arm64", "mac-x64", "win-x64", "win-arm64"})
    void everyPlatformHasABuildWithAnExactVersionAndAnIntegrity(String platform) {
        EngineCatalog catalog = EngineCatalog.of(platform);
        assertThat(catalog.usual()).isPresent();
        assertThat(catalog.builds()).allSatisfy(build -> {
            assertThat(build.requirement()).matches("@node-llama-cpp/" + platform + "(-\\w+)?@\\d+\\.\\d+\\.\\d+");
            assertThat(build.integrity()).matches("sha512-[A-Za-z0-9+/]{86}==");
            assertThat(build.bytes()).isPositive();
        });
    }

    @Test
    void platformsAreSpelledAsThePackagesSpellThem() {
        assertThat(EngineCatalog.platform("Linux", "amd64")).isEqualTo("linux-x64");
        assertThat(EngineCatalog.platform("Mac OS X", "aarch64")).isEqualTo("mac-arm64");
        assertThat(EngineCatalog.platform("Windows 11", "amd64")).isEqualTo("win-x64");
        assertThat(EngineCatalog.of(EngineCatalog.platform("Linux", "riscv64")).builds()).isEmpty();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
