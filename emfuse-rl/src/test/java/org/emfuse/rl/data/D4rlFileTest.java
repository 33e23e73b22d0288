package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** D4RL's layout: genuine h5py files (made by make_d4rl.py beside them) are read, what is written is read back. */
class D4rlFileTest {

    private static final int ROWS = 11;

    @TempDir
    private Path folder;

    static Path fixture(String name) {
        try {
            return Path.of(Objects.requireNonNull(D4rlFileTest.class.getResource("/data/" + name), name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** What make_d4rl.py puts into whole files. */
    private static Transitions whole() {
        Transitions whole = new Transitions(3, 2, new float[3 * ROWS], new float[2 * ROWS], new float[ROWS],
                new float[3 * ROWS], new boolean[ROWS], new boolean[ROWS]);
        for (int i = 0; i < ROWS; i++) {
            boolean end = i == 3 || i == 8 || i == 10;
            for (int j = 0; j < 3; j++) {
                whole.observations()[3 * i + j] = i * 0.5f + j * 0.25f - 2;
                whole.nextObservations()[3 * i + j] = i * 0.5f + j * 0.25f - 1.5f + (end ? 100 : 0);
            }
            for (int j = 0; j < 2; j++) {
                whole.actions()[2 * i + j] = (i * 0.5f + j * 0.25f) / 8;
            }
            whole.rewards()[i] = i * 0.5f + 1;
        }
        whole.terminals()[3] = true;
        whole.timeouts()[8] = true;
        return whole;
    }

    @ParameterizedTest
    @ValueSource(strings = {"d4rl-like", "contiguous-int8", "float64-big-endian", "columns-shuffle-fletcher",
        "fletcher", "float-flags", "no-timeouts", "latest", "group-in-itself", "linked-extras"})
    void everyStorageHoldsTheSameTransitions(String name) {
        D4rlFile file = D4rlFile.read(fixture(name + ".hdf5"));
        Transitions expected = whole();
        assertThat(file.transitions().observations()).containsExactly(expected.observations());
        assertThat(file.transitions().actions()).containsExactly(expected.actions());
        assertThat(file.transitions().rewards()).containsExactly(expected.rewards());
        assertThat(file.transitions().nextObservations()).containsExactly(expected.nextObservations());
        assertThat(file.transitions().terminals()).containsExactly(expected.terminals());
        assertThat(file.transitions().timeouts()).containsExactly(expected.timeouts());
        assertThat(file.transitions().contentHash()).isEqualTo(expected.contentHash());
    }

    @Test
    void metadataAreReadAndTheRestIsNamed() {
        D4rlFile file = D4rlFile.read(fixture("d4rl-like.hdf5"));
        assertThat(file.metadata()).containsExactlyInAnyOrderEntriesOf(
                Map.of("algorithm", "SAC", "iteration", "995", "policy/nonlinearity", "relu",
                        "policy/output_distribution", "tanh_gaussian", "env_id", "Hopper-v2", "seed", "7"));
        assertThat(file.notes()).containsExactly(
                "not read: infos/qpos, infos/qvel, metadata/policy/fc0/bias, metadata/policy/fc0/weight");
        assertThat(D4rlFile.read(fixture("latest.hdf5")).metadata()).containsExactly(Map.entry("algorithm", "SAC"));
        assertThat(D4rlFile.read(fixture("group-in-itself.hdf5")).metadata()).containsEntry("algorithm", "SAC");
    }

    @Test
    void extrasThatCannotBeReadAreNamed() {
        assertThat(D4rlFile.read(fixture("linked-extras.hdf5")).notes()).containsExactly("not read: infos, metadata");
    }

    @Test
    void timeoutsAreRebuiltWhereObservationsDoNotGoOn() {
        assertThat(D4rlFile.read(fixture("no-timeouts.hdf5")).notes()).singleElement().asString()
                .startsWith("timeouts: missing; rebuilt").endsWith("1 of 11 rows");
    }

    @Test
    void nextObservationsAreRebuiltInsideEpisodesOnly() {
        D4rlFile file = D4rlFile.read(fixture("no-next.hdf5"));
        Transitions expected = whole();
        int[] kept = {0, 1, 2, 4, 5, 6, 7, 9};
        Transitions read = file.transitions();
        assertThat(read.size()).isEqualTo(kept.length);
        for (int to = 0; to < kept.length; to++) {
            int from = kept[to];
            assertThat(read.rows(to, to + 1).observations())
                    .containsExactly(expected.rows(from, from + 1).observations());
            assertThat(read.rows(to, to + 1).nextObservations())
                    .containsExactly(expected.rows(from + 1, from + 2).observations());
            assertThat(read.rows(to, to + 1).actions()).containsExactly(expected.rows(from, from + 1).actions());
            assertThat(read.rewards()[to]).isEqualTo(expected.rewards()[from]);
            assertThat(read.terminals()[to]).isFalse();
            assertThat(read.timeouts()[to]).as("row %d", to).isEqualTo(from == 2 || from == 7 || from == 9);
        }
        assertThat(file.notes()).singleElement().asString().contains("3 of 11 rows, 1 of them terminal");
    }

    @Test
    void oneObservationNeedsNoSecondDimension() {
        Transitions read = D4rlFile.read(fixture("one-observation.hdf5")).transitions();
        assertThat(read.observationSize()).isEqualTo(1);
        assertThat(read.observations()).hasSize(ROWS).startsWith(-2, -1.5f);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            no-rewards          | it has no rewards; it has actions, next_observations, observations, terminals, timeouts
            empty               | it has no observations, actions, rewards, terminals; it has nothing
            no-next-no-timeouts | it has neither timeouts nor next_observations
            no-rows             | it holds no transitions
            images              | observations: its shape is [11, 4, 4]
            discrete            | actions: they are integers
            strings             | rewards: its elements are strings
            flag-seven          | terminals: row 5 (counted from 0) holds 7
            short-rewards       | observations has 11 rows and rewards has 9
            narrow-next         | observations has 3 columns and next_observations has 2
            nan                 | actions holds NaN in row 6, column 1
            beyond-float32      | rewards holds Infinity in row 2, column 0
            never-written       | rewards: its values were never written
            half-written        | rewards: the chunk at [4] is missing
            newer               | of a newer form of HDF5 than is read (Unrecognized datatype version
            links               | rewards: it is a link
            lzf                 | it is compressed with 'lzf'; gzip
            minari-nan          | this looks like Minari's layout
            """)
    void whatCannotBeUsedIsRefusedByName(String name, String message) {
        Path file = fixture(name + ".hdf5");
        assertThatThrownBy(() -> D4rlFile.read(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining(message);
    }

    @Test
    void whatIsWrittenIsRead() {
        for (int n : new int[]{1, 2, 4095, 4096, 4097, 9000}) {
            Transitions written = TransitionsTest.random(n, n);
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put("environment", "Pendulum-v1");
            metadata.put("policy/name", "größer, \"so\"");
            metadata.put("policy/empty", "");
            Path file = folder.resolve("n.hdf5");
            D4rlFile.write(file, written, metadata);
            D4rlFile read = D4rlFile.read(file);
            assertThat(read.transitions().contentHash()).as("%d rows", n).isEqualTo(written.contentHash());
            assertThat(read.metadata()).isEqualTo(metadata);
            assertThat(read.notes()).isEmpty();
            assertThat(folder.toFile().list()).containsExactly("n.hdf5");
        }
    }

    @Test
    void filesOfEqualContentAreEqual() throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        D4rlFile.write(first, TransitionsTest.random(1, 100), Map.of("b", "2", "a", "1"));
        Files.writeString(second, "something longer than nothing");
        Files.writeString(folder.resolve("second.part"), "left by a killed run ".repeat(10_000));
        D4rlFile.write(second, TransitionsTest.random(1, 100), Map.of("a", "1", "b", "2"));
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void whatCannotBeStoredIsRefusedAndLeavesNothing() {
        Path file = folder.resolve("x.hdf5");
        Transitions some = TransitionsTest.random(1, 3);
        assertThatThrownBy(() -> D4rlFile.write(file, some.rows(0, 0), Map.of()))
                .hasMessageContaining("no transitions");
        for (String name : new String[]{"", "a//b", "/a", "../a", "."}) {
            assertThatThrownBy(() -> D4rlFile.write(file, some, Map.of(name, "text"))).as(name)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'" + name + "'");
        }
        assertThatThrownBy(() -> D4rlFile.write(file, some, Map.of("a", "1", "a/b", "2")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("names a text and a group");
        assertThatThrownBy(() -> D4rlFile.write(file, some, Map.of("a", "1\0")))
                .hasMessageContaining("character 0");
        some.rewards()[1] = Float.NaN;
        assertThatThrownBy(() -> D4rlFile.write(file, some, Map.of()))
                .hasMessageContaining("rewards holds NaN in row 1");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aTargetThatCannotBeAFileIsRefused() throws IOException {
        Transitions some = TransitionsTest.random(1, 3);
        assertThatThrownBy(() -> D4rlFile.write(folder.resolve("none/x.hdf5"), some, Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("does not exist");
        Path taken = Files.createDirectory(folder.resolve("x.hdf5"));
        assertThatThrownBy(() -> D4rlFile.write(taken, some, Map.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is a folder");
        Path file = Files.writeString(folder.resolve("file"), "here first");
        assertThatThrownBy(() -> D4rlFile.write(file.resolve("x.hdf5"), some, Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("does not exist");
        assertThat(file).hasContent("here first");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("x.hdf5", "file");
    }

    /** The device /dev/full fails every write as a full disk does; the file beside the target is made to lead there. */
    @Test
    @EnabledIf("hasFullDevice")
    void aFullDiskLeavesTheOldFileAndNothingElse() throws IOException {
        Path target = Files.writeString(folder.resolve("x.hdf5"), "the old file");
        Files.createSymbolicLink(folder.resolve("x.hdf5.part"), Path.of("/dev/full"));
        assertThatThrownBy(() -> D4rlFile.write(target, TransitionsTest.random(1, 100), Map.of()))
                .isInstanceOf(UncheckedIOException.class).hasMessageContaining(target.toString())
                .hasMessageContaining("No space left");
        assertThat(target).hasContent("the old file");
        assertThat(folder.toFile().list()).containsExactly("x.hdf5");
    }

    /** The device /dev/null takes every write and keeps none, as the worst of disks does. */
    @Test
    @EnabledIf("hasFullDevice")
    void whatCannotBeReadBackIsNotWritten() throws IOException {
        Path target = Files.writeString(folder.resolve("x.hdf5"), "the old file");
        Files.createSymbolicLink(folder.resolve("x.hdf5.part"), Path.of("/dev/null"));
        assertThatThrownBy(() -> D4rlFile.write(target, TransitionsTest.random(1, 100), Map.of()))
                .isInstanceOf(UncheckedIOException.class).hasMessageContaining(target.toString())
                .hasMessageContaining("cannot be read back");
        assertThat(target).hasContent("the old file");
        assertThat(folder.toFile().list()).containsExactly("x.hdf5");
    }

    static boolean hasFullDevice() {
        return Files.isWritable(Path.of("/dev/full"));
    }

    /** As large as a real set's fifth: 200,000 rows of 17 observations and 6 actions. */
    @Test
    void largeFilesFit() {
        int n = 200_000;
        Transitions large = new Transitions(17, 6, new float[17 * n], new float[6 * n], new float[n], new float[17 * n],
                new boolean[n], new boolean[n]);
        for (int i = 0; i < 17 * n; i++) {
            large.observations()[i] = (i % 1009) * 0.01f;
            large.nextObservations()[i] = (i % 1013) * 0.01f;
        }
        for (int i = 999; i < n; i += 1000) {
            large.timeouts()[i] = true;
        }
        Path file = folder.resolve("large.hdf5");
        D4rlFile.write(file, large, Map.of());
        assertThat(D4rlFile.read(file).transitions().contentHash()).isEqualTo(large.contentHash());
    }
}
