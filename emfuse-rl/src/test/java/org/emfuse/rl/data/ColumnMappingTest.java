package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Column mappings as compact texts and as files. */
class ColumnMappingTest {

    private static final ColumnMapping WHOLE = new ColumnMapping(List.of("x", "v"), List.of("u"), "r", "trip",
            Optional.of("t"), Optional.of("done"), Optional.of("cut"), List.of("x2", "v2"));

    @TempDir
    private Path folder;

    @Test
    void compactTextAndFilesMeanTheSame() throws IOException {
        assertThat(ColumnMapping
                .parse("observation=x, v ;action=u; reward=r;episode=trip;time=t;terminal=done;timeout=cut;"
                        + "next_observation=x2,v2;"))
                .isEqualTo(WHOLE);
        Path yaml = Files.writeString(folder.resolve("m.yaml"), """
                observation: [x, v]
                action: u
                reward: r
                episode: trip
                time: t
                terminal: done
                timeout: cut
                next_observation:
                  - x2
                  - v2
                """);
        assertThat(ColumnMappingFile.read(yaml)).isEqualTo(WHOLE);
        Path json = Files.writeString(folder.resolve("m.json"), """
                {"observation": ["x", "v"], "action": ["u"], "reward": "r", "episode": "trip", "time": "t",
                 "terminal": "done", "timeout": "cut", "next_observation": ["x2", "v2"]}""");
        assertThat(ColumnMappingFile.read(json)).isEqualTo(WHOLE);
    }

    @Test
    void whatIsNotMappedIsEmpty() {
        ColumnMapping mapping = ColumnMapping.parse("observation=x;action=u;reward=r;episode=e");
        assertThat(mapping.time()).isEmpty();
        assertThat(mapping.terminal()).isEmpty();
        assertThat(mapping.timeout()).isEmpty();
        assertThat(mapping.nextObservation()).isEmpty();
        assertThat(mapping.numbers()).containsExactly("x", "u", "r");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "observation=x;action=u;reward=r;episode=e;terminl=done | did you mean 'terminal'",
        "observation=x;action=u;reward=r | no column as episode",
        "observation=x;action=u;episode=e | no column as reward",
        "action=u;reward=r;episode=e | no column as observation", "'' | no column as observation",
        "observation=x;action=u;reward=r,s;episode=e | 2 columns as reward",
        "observation=x,x;action=u;reward=r;episode=e | column 'x' twice as observation",
        "observation=x;observation=y;action=u;reward=r;episode=e | the key 'observation' twice",
        "observation=x,;action=u;reward=r;episode=e | no column as observation",
        "observation=x;action=u;reward=r;episode=e;time= | no column as time",
        "observation=x;action=u;reward=r;episode=e;next_observation=y,z | names 1 columns as observation and 2",
        "observation=x;action=u;reward=r;episode | where key=column is expected"})
    void mistakesAreNamed(String text, String message) {
        assertThatThrownBy(() -> ColumnMapping.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"reward: [ | neither YAML nor JSON", "just text | must be lines such as",
        "reward: | takes a column name", "observation: [[x]] | takes a column name",
        "rewrd: r | did you mean 'reward'", "{\"reward\": \"r\"} | no column as observation"})
    void wrongFilesAreNamed(String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("wrong.yaml"), text);
        assertThatThrownBy(() -> ColumnMappingFile.read(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining(message);
    }

    @Test
    void missingAndBinaryFilesAreNamed() throws IOException {
        assertThatThrownBy(() -> ColumnMappingFile.read(folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("does not exist");
        Path binary = Files.write(folder.resolve("binary"), new byte[]{(byte) 0xc3, 0x28, 0});
        assertThatThrownBy(() -> ColumnMappingFile.read(binary)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UTF-8");
    }
}
