package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Minari's layout: a data set that Minari itself wrote, and variations (made by make_minari.py beside them). */
class MinariImportTest {

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void unpack() throws IOException {
        data = Files.createDirectories(folder.resolve("pendulum/tiny-v0/data"));
        try (InputStream packed = new GZIPInputStream(
                Files.newInputStream(D4rlFileTest.fixture("minari-pendulum.hdf5.gz")))) {
            Files.copy(packed, data.resolve("main_data.hdf5"));
        }
        Files.copy(D4rlFileTest.fixture("minari-metadata.json"), data.resolve("metadata.json"));
    }

    @Test
    void episodesComeInTheOrderOfTheirNumbers() {
        Transitions all = MinariImport.read(data).transitions();
        assertThat(all.size()).isEqualTo(124);
        assertThat(all.observationSize()).isEqualTo(3);
        assertThat(all.actionSize()).isEqualTo(1);
        int row = 0;
        for (int episode = 0; episode < 12; episode++) {
            int steps = episode % 3 == 0 ? 7 : 12;
            for (int i = 0; i < steps; i++, row++) {
                assertThat(all.timeouts()[row]).as("row %d", row).isEqualTo(i == steps - 1);
                if (i < steps - 1) {
                    assertThat(all.rows(row, row + 1).nextObservations())
                            .containsExactly(all.rows(row + 1, row + 2).observations());
                }
            }
        }
        assertThat(all.terminals()).doesNotContain(true);
    }

    /** Rewards follow Pendulum's published formula from the observation and the action of their own row. */
    @Test
    void theValuesOfARowBelongTogether() {
        Transitions all = MinariImport.read(data).transitions();
        for (int i = 0; i < all.size(); i++) {
            double angle = Math.atan2(all.observations()[3 * i + 1], all.observations()[3 * i]);
            double velocity = all.observations()[3 * i + 2];
            double torque = all.actions()[i];
            assertThat((double) all.rewards()[i])
                    .isEqualTo(-(angle * angle + 0.1 * velocity * velocity + 0.001 * torque * torque), within(1e-4));
        }
    }

    @Test
    void theFileItsFolderAndTheFolderAboveAreRead() {
        String hash = MinariImport.read(data).transitions().contentHash();
        assertThat(MinariImport.read(data.resolve("main_data.hdf5")).transitions().contentHash()).isEqualTo(hash);
        assertThat(MinariImport.read(data.resolveSibling("data")).transitions().contentHash()).isEqualTo(hash);
        assertThat(MinariImport.read(folder.resolve("pendulum/tiny-v0")).transitions().contentHash()).isEqualTo(hash);
        assertThatThrownBy(() -> MinariImport.read(folder.resolve("pendulum")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("has no main_data.hdf5");
    }

    @Test
    void theDescriptionIsReadIfItCanBe() throws IOException {
        MinariImport read = MinariImport.read(data);
        assertThat(read.metadata()).containsEntry("dataset_id", "pendulum/tiny-v0").containsEntry("total_steps", "124");
        assertThat(read.metadata().get("env_spec")).contains("\"id\": \"Pendulum-v1\"");
        assertThat(read.notes()).isEmpty();
        Files.writeString(data.resolve("metadata.json"), "{\"dataset_id\": ");
        assertThat(MinariImport.read(data).notes()).containsExactly("metadata.json was not read: it is damaged");
        Files.delete(data.resolve("metadata.json"));
        assertThat(MinariImport.read(data).metadata()).isEmpty();
    }

    @Test
    void anotherFormatOfMinariIsNamed() throws IOException {
        Files.delete(data.resolve("main_data.hdf5"));
        assertThatThrownBy(() -> MinariImport.read(data)).hasMessageContaining("data_format=\"hdf5\"");
    }

    @Test
    void emptyAndOpenEpisodesAreNoted() {
        MinariImport read = MinariImport.read(D4rlFileTest.fixture("minari-open.hdf5"));
        Transitions all = read.transitions();
        assertThat(all.terminals()).containsExactly(false, false, false, false, true);
        assertThat(all.timeouts()).containsExactly(false, false, true, false, false);
        assertThat(read.metadata()).containsEntry("dataset_id", "old/attributes-v0");
        assertThat(read.notes()).containsExactly("1 of 3 episodes have no step and were skipped",
                "1 of 3 episodes end neither terminated nor truncated; their last step was marked a timeout",
                "not read: infos/success");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            minari-dictionary | episode_0/observations is a group of achieved_goal, observation: a dictionary
            minari-discrete   | episode_0/actions: they are integers
            minari-short      | episode_1/observations has 3 rows; 4 are expected beside 3 rewards
            minari-wider      | episode_1: its observations and actions have 5 and 1 columns
            minari-nan        | episode_1: rewards holds Infinity in row 1
            contiguous-int8   | this looks like D4RL's layout
            """)
    void whatCannotBeUsedIsRefusedByName(String name, String message) {
        Path file = D4rlFileTest.fixture(name + ".hdf5");
        assertThatThrownBy(() -> MinariImport.read(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining(message);
    }
}
