package org.emfuse.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are there whole or as they were. */
class WholeFileTest {

    @TempDir
    private Path folder;

    private Path old() throws IOException {
        return Files.writeString(folder.resolve("result.json"), "old");
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    @Test
    void theNewContentTakesThePlaceOfTheOldOnceItIsThere() throws IOException {
        Path file = old();
        Files.writeString(folder.resolve("result.json.part"), "left by a process that was killed, and longer");
        WholeFile.write(file, part -> {
            Files.writeString(part, "new é");
            assertThat(file).hasContent("old");
        });
        assertThat(file).hasContent("new é");
        assertThat(names()).containsExactly("result.json");
    }

    @Test
    void whatBreaksOffLeavesTheOldFileAndNothingBesideIt() throws IOException {
        Path file = old();
        assertThatThrownBy(() -> WholeFile.write(file, part -> {
            Files.writeString(part, "ne");
            throw new IOException("No space left on device");
        })).isInstanceOf(UncheckedIOException.class).hasMessageContaining("result.json could not be written")
                .hasRootCauseMessage("No space left on device");
        assertThatThrownBy(() -> WholeFile.write(file, part -> {
            Files.writeString(part, "ne");
            throw new IllegalArgumentException("not a number");
        })).hasMessage("not a number");
        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("result.json");
        assertThatThrownBy(() -> WholeFile.write(folder.resolve("no/folder.json"), "text"))
                .isInstanceOf(UncheckedIOException.class);
    }
}
