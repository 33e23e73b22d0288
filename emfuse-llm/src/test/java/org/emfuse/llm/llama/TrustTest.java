package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EngineRequest;
import org.emfuse.llm.gguf.TinyModels;
import org.emfuse.llm.gguf.WrongModel;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines and files are tried in a process of their own, once. */
class TrustTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final List<String> notices = new ArrayList<>();
    private Trust trust = new Trust(new CacheFolder(Path.of(".")), new FileHashes(new CacheFolder(Path.of("."))),
            notices::add);
    private CacheFolder cache = new CacheFolder(Path.of("."));

    @BeforeEach
    void openCache() {
        cache = new CacheFolder(folder.resolve("cache"));
        trust = new Trust(cache, new FileHashes(cache), notices::add);
    }

    @Test
    void aModelAndItsAdaptersAreTriedOnce() {
        Path model = TinyModels.of(1).write(folder.resolve("m.gguf"));
        Path adapter = TinyModels.writeAdapter(folder.resolve("a.gguf"), 1, 1);
        trust.require(TestEngine.EMBEDDED.load(), model, List.of(adapter));
        assertThat(notices).singleElement().asString().contains("m.gguf");
        trust.require(TestEngine.EMBEDDED.load(), model, List.of(adapter));
        assertThat(notices).hasSize(1);
        TinyModels.writeAdapter(adapter, 2, 1);
        trust.require(TestEngine.EMBEDDED.load(), model, List.of(adapter));
        assertThat(notices).as("another content is tried anew").hasSize(2);
    }

    @Test
    void aFileThatDoesNotLoadIsNamedAndNotTrusted() throws IOException {
        Path model = TinyModels.of(1).write(folder.resolve("m.gguf"));
        Path misfit = WrongModel.ADAPTER_OF_OTHER_WIDTH.write(folder.resolve("misfit.gguf"));
        for (int round = 0; round < 2; round++) {
            assertThatThrownBy(() -> trust.require(TestEngine.EMBEDDED.load(), model, List.of(misfit)))
                    .hasMessageContaining("misfit.gguf").hasMessageContaining("does not fit");
        }
        Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(Files.readAllBytes(model), 5000));
        assertThatThrownBy(() -> trust.require(TestEngine.EMBEDDED.load(), cut, List.of()))
                .hasMessageContaining("cut.gguf");
    }

    @Test
    void anEngineThatIsAskedForHasToLoad() throws IOException {
        Path broken = Files.write(folder.resolve("libllama.so"), new byte[]{0x7f, 'E', 'L', 'F', 2, 1, 1, 0});
        EngineLocator locator = new EngineLocator(cache, trust, notices::add);
        assertThatThrownBy(() -> locator.locate(EngineRequest.ofOption(broken.toString())))
                .isInstanceOf(EngineException.class).hasMessageContaining(broken.toString())
                .hasMessageContaining("does not load on this machine");
    }

    @Test
    void anEngineThatDoesNotExistIsAnError() {
        EngineLocator locator = new EngineLocator(cache, trust, notices::add);
        assertThatThrownBy(() -> locator.locate(EngineRequest.ofOption(folder.resolve("none.so").toString())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("none.so")
                .hasMessageContaining("no file or folder");
    }

    @Test
    void theNewestEngineInTheCacheIsTakenUnlessAnotherIsNamed() throws IOException {
        Path newer = TestEngine.NEWER.load().path();
        Path own = Files.createDirectories(cache.engines().resolve("mine"));
        try (var files = Files.list(Objects.requireNonNull(newer.getParent()))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, own.resolve(file.getFileName()));
            }
        }
        EngineLocator locator = new EngineLocator(cache, trust, notices::add);
        if (System.getenv(EngineRequest.VARIABLE) == null) {
            assertThat(locator.locate(EngineRequest.NONE).path()).startsWith(own);
        }
        assertThat(locator.locate(EngineRequest.ofOption("embedded")).version()).contains("embedded");
        assertThat(notices).isEmpty();
    }
}
