package org.emfuse.rl.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered, drawn, refused and saved. */
class ReplayBufferTest {

    /** Transition k: everything in it tells k. */
    private static void add(ReplayBuffer buffer, int k) {
        buffer.add(new double[]{k, -k}, new double[]{0.5 * k}, 10 * k, new double[]{k + 1, -k - 1}, k % 2 == 0);
    }

    @Test
    void rowsStayTogetherAndTheOldestMakeRoom() {
        ReplayBuffer buffer = new ReplayBuffer(4, 2, 1);
        for (int k = 0; k < 7; k++) {
            add(buffer, k);
            assertThat(buffer.size()).isEqualTo(Math.min(k + 1, 4));
        }
        Set<Integer> seen = new TreeSet<>();
        try (TorchScope _ = new TorchScope()) {
            Batch batch = buffer.sample(200, RandomStream.of(1, "replay"));
            float[] rewards = batch.rewards().toFloats();
            float[] observations = batch.observations().toFloats();
            float[] actions = batch.actions().toFloats();
            float[] next = batch.nextObservations().toFloats();
            float[] terminals = batch.terminals().toFloats();
            for (int i = 0; i < rewards.length; i++) {
                int k = Math.round(rewards[i] / 10);
                seen.add(k);
                assertThat(new float[]{observations[2 * i], observations[2 * i + 1], actions[i], next[2 * i],
                    next[2 * i + 1], terminals[i]})
                        .containsExactly(k, -k, 0.5f * k, k + 1, -k - 1, k % 2 == 0 ? 1 : 0);
            }
        }
        assertThat(seen).containsExactly(3, 4, 5, 6);
    }

    @Test
    void valuesThatAreNotFiniteAreRefusedAndNothingIsKept() {
        ReplayBuffer buffer = new ReplayBuffer(4, 2, 1);
        add(buffer, 0);
        double[] good = {1, 2};
        double[] action = {0};
        for (double bad : new double[]{Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300}) {
            double[] broken = {1, bad};
            assertThatThrownBy(() -> buffer.add(broken, action, 0, good, false))
                    .hasMessageContaining("transition 1 has " + bad + " as value 1 of its observation");
            assertThatThrownBy(() -> buffer.add(good, new double[]{bad}, 0, good, false))
                    .hasMessageContaining("value 0 of its action");
            assertThatThrownBy(() -> buffer.add(good, action, bad, good, false))
                    .hasMessageContaining("value 0 of its reward");
            assertThatThrownBy(() -> buffer.add(good, action, 0, broken, false))
                    .hasMessageContaining("value 1 of its next observation");
        }
        assertThat(buffer.size()).isEqualTo(1);
        try (TorchScope _ = new TorchScope()) {
            assertThat(buffer.sample(5, RandomStream.of(1, "replay")).observations().toFloats()).containsOnly(0);
        }
    }

    @Test
    void wrongLengthsAreRefused() {
        ReplayBuffer buffer = new ReplayBuffer(4, 2, 1);
        assertThatThrownBy(() -> buffer.add(new double[3], new double[1], 0, new double[2], false))
                .hasMessage("the observation of a transition has 2 values here, found 3");
        assertThatThrownBy(() -> buffer.add(new double[2], new double[0], 0, new double[2], false))
                .hasMessageContaining("the action");
        assertThatThrownBy(() -> new ReplayBuffer(0, 2, 1)).hasMessageContaining("at least one transition");
        assertThatThrownBy(() -> buffer.sample(1, RandomStream.of(1, "replay"))).hasMessageContaining("empty");
    }

    @Test
    void loggedDataWithValuesThatAreNotFiniteIsRefused() {
        float[] rewards = {0, 0, Float.NaN};
        Transitions data = new Transitions(1, 1, new float[3], new float[3], rewards, new float[3], new boolean[3],
                new boolean[3]);
        assertThatThrownBy(() -> ReplayBuffer.of(data))
                .hasMessageContaining("transition 2 has NaN as value 0 of its reward");
    }

    @Test
    void batchesOfShapesThatDoNotFitAreRefused() {
        try (TorchScope _ = new TorchScope()) {
            assertThatThrownBy(() -> new Batch(Tensors.zeros(4, 2), Tensors.zeros(4, 1), Tensors.zeros(4),
                    Tensors.zeros(4, 2), Tensors.zeros(4, 1), null))
                    .hasMessage("the rewards of a batch of 4 must have shape [4, 1], found [4]");
            assertThatThrownBy(() -> new Batch(Tensors.zeros(4, 2), Tensors.zeros(3, 1), Tensors.zeros(4, 1),
                    Tensors.zeros(4, 2), Tensors.zeros(4, 1), null)).hasMessageContaining("the actions");
        }
    }

    @Test
    void savedContentComesBackInAnyState(@TempDir Path folder) {
        for (int count : new int[]{0, 3, 9}) {
            ReplayBuffer buffer = new ReplayBuffer(4, 2, 1);
            for (int k = 0; k < count; k++) {
                add(buffer, k);
            }
            Path path = folder.resolve("buffer" + count);
            ReplayBuffer loaded = new ReplayBuffer(4, 2, 1);
            try (TorchScope _ = new TorchScope()) {
                SafetensorsFile.write(path, buffer.named("replay."), Map.of());
                loaded.load(SafetensorsFile.open(path), "replay.");
                add(buffer, 100);
                add(loaded, 100); // into the same slot
                Batch expected = buffer.sample(50, RandomStream.of(1, "replay"));
                Batch found = loaded.sample(50, RandomStream.of(1, "replay"));
                assertThat(found.observations().sameAs(expected.observations())).isTrue();
                assertThat(found.terminals().sameAs(expected.terminals())).isTrue();
            }
            if (count > 0) {
                assertThatThrownBy(() -> new ReplayBuffer(4, 3, 1).load(SafetensorsFile.open(path), "replay."))
                        .hasMessageContaining("shape");
            }
        }
    }

    @Test
    void uncertaintiesStayWithTheirTransitionsAndAreSaved(@TempDir Path folder) {
        ReplayBuffer buffer = new ReplayBuffer(4, 1, 1);
        for (int k = 0; k < 6; k++) {
            buffer.add(new double[]{k}, new double[]{0}, 0, new double[]{0}, false, 100 + k);
        }
        ReplayBuffer read = new ReplayBuffer(4, 1, 1);
        try (TorchScope _ = new TorchScope()) {
            Path file = folder.resolve("uncertainties");
            SafetensorsFile.write(file, buffer.named("b."), Map.of());
            read.load(SafetensorsFile.open(file), "b.");
            for (ReplayBuffer each : List.of(buffer, read)) {
                Batch batch = each.sample(50, RandomStream.of(1, "replay"));
                float[] states = batch.observations().toFloats();
                float[] uncertainties = Objects.requireNonNull(batch.penalties()).toFloats();
                for (int i = 0; i < 50; i++) {
                    assertThat(states[i]).isGreaterThanOrEqualTo(2);
                    assertThat(uncertainties[i]).isEqualTo(100 + states[i]);
                }
            }
        }
        assertThatThrownBy(
                () -> buffer.add(new double[]{1}, new double[]{0}, 0, new double[]{0}, false, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("uncertainty");
        assertThat(buffer.size()).isEqualTo(4);
    }

    @Test
    void twoBatchesAreOneWithTheFirstFirst() {
        ReplayBuffer logged = new ReplayBuffer(4, 2, 1);
        ReplayBuffer made = new ReplayBuffer(4, 2, 1);
        add(logged, 1);
        made.add(new double[]{2, -2}, new double[]{1}, 20, new double[]{3, -3}, true, 0.5);
        try (TorchScope _ = new TorchScope()) {
            RandomStream random = RandomStream.of(1, "replay");
            Batch both = logged.sample(2, random).and(made.sample(1, random));
            assertThat(both.size()).isEqualTo(3);
            assertThat(both.observations().toFloats()).containsExactly(1, -1, 1, -1, 2, -2);
            assertThat(both.actions().toFloats()).containsExactly(0.5f, 0.5f, 1);
            assertThat(both.rewards().toFloats()).containsExactly(10, 10, 20);
            assertThat(both.nextObservations().toFloats()).containsExactly(2, -2, 2, -2, 3, -3);
            assertThat(both.terminals().toFloats()).containsExactly(0, 0, 1);
            assertThat(Objects.requireNonNull(both.penalties()).toFloats()).containsExactly(0, 0, 0.5f);
            Batch without = new Batch(both.observations(), both.actions(), both.rewards(), both.nextObservations(),
                    both.terminals(), null);
            assertThat(without.and(without).penalties()).isNull();
            assertThatThrownBy(() -> both.and(without)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("uncertainties");
        }
    }
}
