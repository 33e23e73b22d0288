package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.emfuse.llm.llama.ffi.LlamaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Finding and loading builds of llama.cpp. */
class LlamaEngineTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void anEngineSaysWhatItIs(TestEngine which) {
        LlamaEngine engine = which.load();

        assertThat(engine.version()).isNotBlank().isNotEqualTo("unknown version");
        assertThat(engine.description()).startsWith("llama.cpp " + engine.version() + ", ").contains("=");
        assertThat(engine.path()).isRegularFile();
        assertThat(engine.maxSequences()).isBetween(64, 1024);
        assertThat(engine.supportsGpu()).isFalse();
    }

    /** Known defaults were read back at the places where this program writes (spec 10 §2). */
    @ParameterizedTest
    @EnumSource
    void theLayoutOfTheParametersIsKnown(TestEngine which) {
        assertThat(which.load().library().sharesCells()).as("forks copy nothing").isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anEngineIsLoadedOnce(TestEngine which) {
        LlamaEngine engine = which.load();

        assertThat(which.load()).isSameAs(engine);
        assertThat(LlamaEngine.load(engine.path())).isSameAs(engine);
    }

    @Test
    void theEmbeddedEngineIsKnownByItsBuild() {
        assertThat(TestEngine.EMBEDDED.load().version()).isEqualTo("b4916 (embedded)");
    }

    @Test
    void theEmbeddedEngineIsUnpackedOnceAndAgainWhereItsFileIsDamaged() throws IOException {
        Path file = LlamaEngine.unpackEmbedded(folder);
        byte[] bytes = Files.readAllBytes(file);
        Path other = Files.createFile(file.resolveSibling("untouched"));
        assertThat(LlamaEngine.unpackEmbedded(folder)).isEqualTo(file);

        Files.write(file, new byte[100]);
        assertThat(LlamaEngine.unpackEmbedded(folder)).isEqualTo(file).hasBinaryContent(bytes);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).as("no temporary file is left").containsExactlyInAnyOrder(file, other);
        }
    }

    @Test
    void whatDoesNotExistOrHoldsNoEngineIsSaid() {
        Path absent = folder.resolve("absent.so");

        assertThatThrownBy(() -> LlamaEngine.load(absent)).isInstanceOf(LlamaException.class)
                .hasMessageContaining(absent.toString()).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> LlamaEngine.load(folder)).isInstanceOf(LlamaException.class)
                .hasMessageContaining("no libllama was found in the folder " + folder);
    }

    @Test
    void whatIsNotALibraryIsSaid() throws IOException {
        Path file = Files.writeString(folder.resolve("libllama.so"), "not a library");

        assertThat(LlamaEngine.isEngine(folder)).isTrue();
        assertThatThrownBy(() -> LlamaEngine.load(folder)).isInstanceOf(LlamaException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("could not be loaded");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anotherLibraryIsRefusedByTheFunctionThatItLacks() {
        Path other = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("zip"));
        assertThat(other).isRegularFile();

        assertThatThrownBy(() -> LlamaEngine.load(other)).isInstanceOf(LlamaException.class)
                .hasMessageContaining(other.toString()).hasMessageContaining("does not export llama_");
    }

    @Test
    void ofSeveralLibrariesInAFolderTheNewestIsTaken() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("bins/linux-x64"));
        Path newest = Files.createFile(deep.resolve("libllama.v0.10.0.so"));
        Files.createFile(deep.resolve("libllama.v0.5.0.so"));
        Files.createFile(deep.resolve("libllama-common.so"));
        Files.createFile(deep.resolve("llama-addon.node"));

        assertThat(LlamaEngine.libraryFile(folder)).isEqualTo(newest);
    }

    @Test
    void aBuildIsCalledByTheVersionInItsFilesName() throws IOException {
        Path library = TestEngine.EMBEDDED.load().path();
        Files.copy(library, folder.resolve("libllama.v9.8.7.so"));
        assertThat(LlamaEngine.load(folder).version()).isEqualTo("v9.8.7");
        Path unnamed = Files.copy(library, Files.createDirectory(folder.resolve("own")).resolve("libllama.so"));
        assertThat(LlamaEngine.load(unnamed).version()).isEqualTo("unknown version");
    }
}
