package org.emfuse.rl.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.policy.PolicySpace;
import org.emfuse.rl.torch.TorchRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectionRunTest {

    private static final String ENV = "Pendulum-v1";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static CollectConfig config(int transitions, long seed, String... policies) {
        return new CollectConfig(ENV, List.of(policies), false, 0.1, 0.05, transitions, seed);
    }

    private Transitions collect(String name, CollectConfig config) {
        try (CollectionRun run = CollectionRun.open(folder.resolve(name), config, false)) {
            assertThat(run.collect(() -> false, done -> {})).isTrue();
            return run.finish(Map.of());
        }
    }

    @Test
    void equalSeedsGiveEqualContentAndOthersDoNot() {
        CollectConfig config = config(500, 3, "pendulum-swingup", "random@2");
        Transitions one = collect("one.hdf5", config);
        assertThat(collect("two.hdf5", config).contentHash()).isEqualTo(one.contentHash());
        assertThat(collect("three.hdf5", config(500, 4, "pendulum-swingup", "random@2")).contentHash())
                .isNotEqualTo(one.contentHash());
        assertThat(D4rlFile.read(folder.resolve("one.hdf5")).transitions().contentHash()).isEqualTo(one.contentHash());
    }

    @Test
    void aStoppedCollectionGoesOnToTheSameContent() {
        CollectConfig config = config(25_000, 5, "pendulum-swingup@1", "pendulum-hanging@0.5");
        String expected = collect("whole.hdf5", config).contentHash();
        Path file = folder.resolve("stopped.hdf5");
        for (int shards = 1; shards <= 2; shards++) {
            int stopAt = shards * Shards.SIZE;
            try (CollectionRun run = CollectionRun.open(file, config, true)) {
                assertThat(run.done()).isEqualTo(stopAt - Shards.SIZE);
                boolean[] stop = {false};
                assertThat(run.collect(() -> stop[0], done -> stop[0] = done >= stopAt)).isFalse();
            }
            assertThat(file).doesNotExist();
        }
        try (CollectionRun run = CollectionRun.open(file, config, true)) {
            assertThat(run.done()).isEqualTo(20_000);
            assertThat(run.collect(() -> false, done -> {})).isTrue();
            assertThat(run.finish(Map.of()).contentHash()).isEqualTo(expected);
        }
        assertThat(folder.resolve("stopped.hdf5.parts")).doesNotExist();
    }

    @Test
    void aShardThatWasBeingWrittenIsNotCounted() throws IOException {
        CollectConfig config = config(12_000, 6, "random");
        String expected = collect("whole.hdf5", config).contentHash();
        Path file = folder.resolve("killed.hdf5");
        try (CollectionRun run = CollectionRun.open(file, config, false)) {
            boolean[] stop = {false};
            run.collect(() -> stop[0], done -> stop[0] = true);
        }
        Files.writeString(folder.resolve("killed.hdf5.parts").resolve("shard-00001.safetensors.part"), "half a shard");
        try (CollectionRun run = CollectionRun.open(file, config, true)) {
            assertThat(run.done()).isEqualTo(10_000);
            run.collect(() -> false, done -> {});
            assertThat(run.finish(Map.of()).contentHash()).isEqualTo(expected);
        }
    }

    @Test
    void logsAreWhatHappened() {
        Transitions log = collect("log.hdf5", config(1_050, 7, "pendulum-swingup"));
        int o = log.observationSize();
        for (int i = 0; i + 1 < log.size(); i++) {
            boolean last = (i + 1) % 200 == 0; // the horizon
            assertThat(log.timeouts()[i]).as("step %s", i).isEqualTo(last);
            if (!last) {
                assertThat(Arrays.copyOfRange(log.nextObservations(), i * o, (i + 1) * o))
                        .isEqualTo(Arrays.copyOfRange(log.observations(), (i + 1) * o, (i + 2) * o));
            }
        }
        assertThat(log.timeouts()[log.size() - 1]).as("cut by the end of the collection").isTrue();
        assertThat(log.terminals()).doesNotContain(true);
        for (float action : log.actions()) {
            assertThat(Math.abs(action)).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void sharesSayHowManyEpisodesAPolicyPlays() {
        Transitions log = collect("shares.hdf5",
                new CollectConfig(ENV, List.of("random:scale=0@3", "random@1"), false, 0, 0,
                        80_000, 8));
        long still = IntStream.range(0, log.size() / 200).filter(e -> log.actions()[200 * e] == 0).count();
        // 400 episodes at 3/4: 300 ± 8.7.
        assertThat(still).isBetween(265L, 335L);
    }

    @Test
    void policyFilesTakePartAndTheirContentIsRecorded() {
        Path policy = folder.resolve("policy.safetensors");
        EnvSpec spec = Environments.spec(ENV);
        write(policy, spec, 1);
        CollectConfig config = new CollectConfig(ENV, List.of(policy.toString()), true, 0, 0, 12_000, 9);
        try (CollectionRun run = CollectionRun.open(folder.resolve("net.hdf5"), config, false)) {
            boolean[] stop = {false};
            run.collect(() -> stop[0], done -> stop[0] = true);
        }
        write(policy, spec, 2);
        assertThatThrownBy(() -> CollectionRun.open(folder.resolve("net.hdf5"), config, true))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("other settings or policies");
        write(policy, spec, 1);
        try (CollectionRun run = CollectionRun.open(folder.resolve("net.hdf5"), config, true)) {
            run.collect(() -> false, done -> {});
            run.finish(Map.of("program", "test"));
        }
        assertThat(D4rlFile.read(folder.resolve("net.hdf5")).metadata()).containsEntry("env", ENV)
                .containsEntry("seed", "9").containsEntry("program", "test").hasEntrySatisfying("policies",
                        text -> assertThat(text).contains("policy.safetensors sha256 "));
    }

    private static void write(Path policy, EnvSpec spec, long seed) {
        try (GaussianActor actor = new GaussianActor(spec.observationSize(), spec.actionScale(), new int[]{8},
                new TorchRandom(seed))) {
            PolicyFile.write(policy, actor, List.of(8), PolicySpace.of(spec), Map.of());
        }
    }

    @Test
    void mistakesAreRefusedBeforeAnythingIsWritten() throws IOException {
        Path file = folder.resolve("x.hdf5");
        assertRefused(file, config(10, 1, "pendulum-swingpu"), "did you mean 'pendulum-swingup'");
        assertRefused(file, config(10, 1, "reacher-computed-torque"), "Reacher2D-v0");
        assertRefused(file, config(10, 1, "random@-1"), "share");
        assertRefused(file, config(10, 1, "random@much"), "share");
        assertRefused(file, config(10, 1, folder.resolve("none.safetensors").toString()), "does not exist");
        assertRefused(folder.resolve("no/x.hdf5"), config(10, 1, "random"), "folder");
        Files.writeString(file, "here already");
        assertRefused(file, config(10, 1, "random"), "already exists");
        assertThat(file).hasContent("here already");
        assertThatThrownBy(() -> config(0, 1, "random")).hasMessageContaining("at least one transition");
        assertThatThrownBy(() -> new CollectConfig(ENV, List.of(), false, 0, 0, 1, 1)).hasMessageContaining("policy");
        assertThatThrownBy(() -> new CollectConfig(ENV, List.of("random"), false, -1, 0, 1, 1))
                .hasMessageContaining("noise");
    }

    private static void assertRefused(Path file, CollectConfig config, String words) {
        assertThatThrownBy(() -> CollectionRun.open(file, config, false)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void anUnfinishedCollectionIsNotOverwritten() {
        Path file = folder.resolve("half.hdf5");
        CollectConfig config = config(15_000, 1, "random");
        try (CollectionRun run = CollectionRun.open(file, config, false)) {
            boolean[] stop = {false};
            run.collect(() -> stop[0], done -> stop[0] = true);
        }
        assertRefused(file, config, "--resume");
        assertThatThrownBy(() -> CollectionRun.open(file, config(15_000, 2, "random"), true))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("other settings");
    }
}
