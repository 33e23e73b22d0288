package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** Slices of logged transitions, their scales, and what is kept apart. */
class SliceDataTest {

    /**
     * Episodes of given lengths in which the state is the number of the transition plus 1000 times that of the episode, the
     * action and the reward are minus that.
     */
    private static Transitions numbered(int... lengths) {
        int n = Arrays.stream(lengths).sum();
        Transitions data = new Transitions(1, 1, new float[n], new float[n], new float[n], new float[n],
                new boolean[n], new boolean[n]);
        int i = 0;
        for (int episode = 0; episode < lengths.length; episode++) {
            for (int t = 0; t < lengths[episode]; t++, i++) {
                data.observations()[i] = 1000 * episode + t;
                data.nextObservations()[i] = 1000 * episode + t + 1;
                data.actions()[i] = -data.observations()[i];
                data.rewards()[i] = -data.observations()[i];
            }
            (episode % 2 == 0 ? data.terminals() : data.timeouts())[i - 1] = true;
        }
        return data;
    }

    @Test
    void slicesNeverCrossTheEndOfAnEpisode() {
        SliceData data = new SliceData(numbered(5, 3, 1, 7), 4);
        RandomStream random = RandomStream.of(1, "slices");
        assertThat(data.count(1)).isEqualTo(16);
        assertThat(data.count(4)).isEqualTo(2 + 4);
        for (int m = 1; m <= 4; m++) {
            Set<Float> seen = new HashSet<>();
            try (TorchScope _ = new TorchScope()) {
                SliceBatch batch = data.draw(m, 300, random);
                float[] starts = batch.slices().starts().toFloats();
                float[] actions = batch.slices().actions().toFloats();
                float[] targets = batch.targets().toFloats();
                assertThat(batch.slices().lengths().toFloats()).containsOnly(m);
                for (int i = 0; i < 300; i++) {
                    seen.add(starts[i]);
                    for (int j = 0; j < 4; j++) {
                        float expected = j < 4 - m ? 0 : -(starts[i] + j - (4 - m));
                        assertThat(actions[4 * i + j]).isEqualTo(expected);
                    }
                    assertThat(targets[2 * i]).isEqualTo(m); // the change over m steps
                    assertThat(targets[2 * i + 1]).isEqualTo(-(starts[i] + m - 1)); // the last reward
                    assertThat((int) (starts[i] + m - 1) / 1000).isEqualTo((int) starts[i] / 1000);
                }
            }
            assertThat(seen).hasSize(data.count(m));
        }
    }

    @Test
    void spreadSlicesAreOrderedAndDistinct() {
        SliceData data = new SliceData(numbered(50), 2);
        try (TorchScope _ = new TorchScope()) {
            assertThat(data.spread(2, 7).slices().starts().toFloats()).containsExactly(0, 7, 14, 21, 28, 35, 42);
            assertThat(data.spread(2, 1000).slices().size()).isEqualTo(49);
        }
    }

    @Test
    void episodesThatAreTooShortAndEmptyDomainsAreNamed() {
        assertThatThrownBy(() -> new SliceData(numbered(2, 3, 2), 4)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slices of 4").hasMessageContaining("has 3").hasMessageContaining("up to 3");
        assertThatThrownBy(() -> new SliceData(numbered(), 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the domain is empty");
    }

    @Test
    void scalesAreLargestTargetsPerLength() {
        Normaliser.Values scales = new SliceData(numbered(5), 3).scales();
        assertThat(scales.targetScale()).isDeepEqualTo(new double[][]{{1, 4}, {2, 4}, {3, 4}});
        assertThat(scales.targetMean()[0][1]).isCloseTo(-2, within(1e-12));
        assertThat(scales.targetMean()[2][1]).isCloseTo(-3, within(1e-12));
        assertThat(scales.stateMean()).containsExactly(new double[]{2}, within(1e-12));
        assertThat(scales.stateDeviation()).containsExactly(new double[]{Math.sqrt(2)}, within(1e-12));
        assertThat(scales.actionMean()).containsExactly(new double[]{-2}, within(1e-12));
    }

    @Test
    void targetsGoIntoTheBoxAndBack() {
        SliceData data = new SliceData(LinearSystem.episodes(3, 30, 8), 3);
        try (TorchScope _ = new TorchScope(); Normaliser normaliser = Normaliser.of(data.scales())) {
            for (int m = 1; m <= 3; m++) {
                SliceBatch batch = data.spread(m, 1000);
                Tensor scale = normaliser.scale(batch.slices());
                Tensor box = batch.targets().div(scale);
                assertThat(box.abs().reshape(-1).amax(0).item()).isCloseTo(1, within(1e-6));
                for (int j = 0; j < 3; j++) {
                    assertThat(box.select(1, j).abs().amax(0).item()).isCloseTo(1, within(1e-6));
                }
                assertThat(box.mul(scale).sub(batch.targets()).abs().reshape(-1).amax(0).item()).isLessThan(1e-6);
                Tensor mean = batch.targets().mean(0).div(scale.select(0, 0));
                assertThat(normaliser.centre(batch.slices()).select(0, 0).sub(mean).abs().amax(0).item())
                        .isLessThan(1e-5);
            }
            Tensor states = normaliser.states(data.spread(1, 1000).slices());
            assertThat(states.mean().item()).isCloseTo(0, within(1e-5));
            assertThat(states.select(1, 1).square().mean().item()).isCloseTo(1, within(1e-4));
        }
    }

    @Test
    void whatDoesNotVaryIsDividedByOne() {
        int n = 6;
        float[] fives = new float[n];
        Arrays.fill(fives, 5);
        Transitions still = new Transitions(1, 1, fives, fives, new float[n], fives, new boolean[n], new boolean[n]);
        SliceData data = new SliceData(still, 2);
        assertThat(data.spreadOfTargets(1)).containsExactly(1, 1);
        try (TorchScope _ = new TorchScope(); Normaliser normaliser = Normaliser.of(data.scales())) {
            Slices slices = data.spread(2, 10).slices();
            assertThat(normaliser.scale(slices).toFloats()).containsOnly(1);
            assertThat(normaliser.centre(slices).toFloats()).containsOnly(0);
            assertThat(normaliser.states(slices).toFloats()).containsOnly(0);
            assertThat(normaliser.actions(slices, slices.padding()).toFloats()).containsOnly(0);
        }
    }

    @Test
    void paddedActionsAreZeroAfterStandardising() {
        SliceData data = new SliceData(numbered(9), 3);
        try (TorchScope _ = new TorchScope(); Normaliser normaliser = Normaliser.of(data.scales())) {
            Slices slices = data.spread(1, 1).slices();
            float[] actions = normaliser.actions(slices, slices.padding()).toFloats();
            assertThat(actions[0]).isZero();
            assertThat(actions[1]).isZero();
            assertThat((double) actions[2]).isCloseTo((0 + 4) / Math.sqrt(60.0 / 9), within(1e-5));
        }
    }

    // What is kept apart.

    @Test
    void wholeEpisodesAreKeptApart() {
        Transitions data = numbered(40, 10, 30, 20, 25, 35, 15, 5);
        for (long seed = 0; seed < 5; seed++) {
            HoldOut parts = HoldOut.of(data, seed);
            assertThat(parts.training().size() + parts.apart().size()).isEqualTo(data.size());
            Set<Integer> training = episodes(parts.training());
            Set<Integer> apart = episodes(parts.apart());
            assertThat(training).doesNotContainAnyElementsOf(apart);
            assertThat(training.size() + apart.size()).isEqualTo(8);
            assertThat(apart).hasSize(4); // fewer than 1,000 transitions: half of the episodes
            for (int e : apart) {
                assertThat(count(parts.apart(), e)).isEqualTo(count(data, e));
            }
        }
        assertThat(episodes(HoldOut.of(data, 1).apart())).isNotEqualTo(episodes(HoldOut.of(data, 2).apart()));
        assertThat(episodes(HoldOut.of(data, 1).apart())).isEqualTo(episodes(HoldOut.of(data, 1).apart()));
    }

    private static Set<Integer> episodes(Transitions data) {
        Set<Integer> episodes = new HashSet<>();
        for (float state : data.observations()) {
            episodes.add((int) state / 1000);
        }
        return episodes;
    }

    private static long count(Transitions data, int episode) {
        long count = 0;
        for (float state : data.observations()) {
            count += (int) state / 1000 == episode ? 1 : 0;
        }
        return count;
    }

    @Test
    void ofManyEpisodesTheLargerOfATenthAndAThousandIsKeptApart() {
        int[] lengths = new int[200];
        Arrays.fill(lengths, 100);
        assertThat(HoldOut.of(LinearSystem.episodes(1, 0, lengths), 1).apart().size()).isEqualTo(2000);
        assertThat(HoldOut.of(LinearSystem.episodes(1, 50, 100), 1).apart().size()).isEqualTo(1000);
    }

    @Test
    void ofOneEpisodeTheLastPartIsKeptApart() {
        HoldOut parts = HoldOut.of(numbered(30), 1);
        assertThat(parts.training().size()).isEqualTo(27);
        assertThat(parts.apart().observations()).containsExactly(27, 28, 29);
        assertThat(HoldOut.of(numbered(2), 1).training().size()).isEqualTo(1);
        assertThatThrownBy(() -> HoldOut.of(numbered(1), 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a domain of 1 transitions is too small");
        assertThatThrownBy(() -> HoldOut.of(numbered(), 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a domain of 0 transitions");
    }

    /** However few the long episodes are, each part has one, and no row is lost. */
    @Test
    void bothPartsHaveSlicesOfEveryLength() {
        Transitions data = numbered(2, 9, 2, 2, 2, 2, 8, 2);
        for (long seed = 0; seed < 20; seed++) {
            HoldOut parts = HoldOut.of(data, 8, seed);
            assertThat(new SliceData(parts.training(), 8).count(8)).isPositive();
            assertThat(new SliceData(parts.apart(), 8).count(8)).isPositive();
            Set<Integer> training = episodes(parts.training());
            Set<Integer> apart = episodes(parts.apart());
            assertThat(apart).hasSize(4).doesNotContainAnyElementsOf(training);
            assertThat(parts.training().size() + parts.apart().size()).isEqualTo(data.size());
        }
        HoldOut one = HoldOut.of(numbered(45), 5, 1);
        assertThat(one.training().size()).isEqualTo(40);
        assertThat(one.apart().size()).isEqualTo(5);
        assertThat(HoldOut.of(numbered(10), 5, 1).apart().size()).isEqualTo(5);
    }

    @Test
    void tooFewLongEpisodesAreRefusedWithWhatIsPossible() {
        assertThatThrownBy(() -> HoldOut.of(numbered(2, 9, 3, 4), 5, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("slices of 5", "4 episodes of 2 to 9", "slices up to 4");
        assertThatThrownBy(() -> HoldOut.of(numbered(9), 5, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("slices of 5", "1 episodes of 9 to 9", "slices up to 4");
    }
}
