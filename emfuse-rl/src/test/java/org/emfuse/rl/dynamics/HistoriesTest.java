package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** Queues of recent pairs, their slices, and how far predictions from them are apart. */
class HistoriesTest {

    private record Pair(double state, double action) {}

    @Test
    void afterKPushesTheOldestLeaves() {
        Histories histories = new Histories(2, 3, 1, 2);
        for (int t = 0; t < 5; t++) {
            assertThat(histories.valid(1)).isEqualTo(Math.min(3, t));
            histories.push(1, new double[]{t}, new double[]{10 + t, 20 + t});
        }
        assertThat(histories.valid(0)).isZero();
        try (TorchScope _ = new TorchScope()) {
            Slices slices = histories.slices(new int[]{1}, 3);
            assertThat(slices.lengths().toFloats()).containsExactly(1, 2, 3);
            assertThat(slices.starts().toFloats()).containsExactly(4, 3, 2);
            assertThat(slices.actions().toFloats()).containsExactly(0, 0, 0, 0, 14, 24, 0, 0, 13, 23, 14, 24, 12, 22,
                    13, 23, 14, 24);
        }
        assertThat(histories.state(1)).containsExactly(4);
        assertThat(histories.start(1, 3)).containsExactly(2);
        histories.clear(1);
        assertThat(histories.valid(1)).isZero();
    }

    /** Against a plain queue, for many trajectories that are pushed to and cleared at random. */
    @Test
    void slicesAreThoseOfAQueue() {
        int k = 4;
        RandomStream random = RandomStream.of(3, "queues");
        Histories histories = new Histories(5, k, 1, 1);
        List<Deque<Pair>> queues = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            queues.add(new ArrayDeque<>());
        }
        for (int step = 0; step < 300; step++) {
            int i = random.nextInt(5);
            if (random.nextInt(12) == 0) {
                histories.clear(i);
                queues.get(i).clear();
            }
            Pair pair = new Pair((float) random.gaussian(), (float) random.gaussian());
            histories.push(i, new double[]{pair.state}, new double[]{pair.action});
            queues.get(i).addLast(pair);
            if (queues.get(i).size() > k) {
                queues.get(i).removeFirst();
            }
            int most = 1 + random.nextInt(k);
            try (TorchScope _ = new TorchScope()) {
                float[] starts = histories.slices(new int[]{i}, most).starts().toFloats();
                float[] actions = histories.slices(new int[]{i}, most).actions().toFloats();
                List<Pair> recent = new ArrayList<>(queues.get(i));
                assertThat(starts).hasSize(Math.min(most, recent.size()));
                for (int m = 1; m <= starts.length; m++) {
                    assertThat((double) starts[m - 1]).isEqualTo(recent.get(recent.size() - m).state);
                    for (int age = 0; age < k; age++) {
                        double expected = age < m ? recent.get(recent.size() - 1 - age).action : 0;
                        assertThat((double) actions[(m - 1) * k + k - 1 - age]).isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    void slicesOfSeveralTrajectoriesFollowEachOther() {
        Histories histories = new Histories(3, 2, 1, 1);
        histories.push(2, new double[]{5}, new double[]{6});
        histories.push(0, new double[]{1}, new double[]{2});
        histories.push(0, new double[]{3}, new double[]{4});
        try (TorchScope _ = new TorchScope()) {
            assertThat(histories.slices(new int[]{2, 0}, 2).starts().toFloats()).containsExactly(5, 3, 1);
            assertThat(histories.slices(new int[]{2, 0}, 1).starts().toFloats()).containsExactly(5, 3);
        }
    }

    @Test
    void paddingMarksPlacesWithoutAction() {
        try (TorchScope _ = new TorchScope()) {
            Slices slices = Slices.of(new float[3], new float[]{0, 0, 1, 0, 1, 2, 1, 2, 3}, new float[]{1, 2, 3}, 3);
            assertThat(slices.padding().to(DType.FLOAT32).toFloats()).containsExactly(1, 1, 0, 1, 0,
                    0, 0, 0, 0);
            assertThat(slices.indices().toDoubles()).containsExactly(0, 1, 2);
            Slices more = slices.withPlaces(5);
            assertThat(more.actions().select(0, 1).toFloats()).containsExactly(0, 0, 0, 1, 2);
            assertThat(more.padding().select(0, 1).to(DType.FLOAT32).toFloats()).containsExactly(1,
                    1, 1, 0, 0);
            assertThat(slices.withPlaces(2)).isSameAs(slices);
            assertThat(slices.rows(1, 2).lengths().toFloats()).containsExactly(2, 3);
            assertThat(slices.rows(1, 1).actions().toFloats()).containsExactly(0, 1, 2);
            assertThatThrownBy(() -> new Slices(slices.starts(), slices.rows(0, 2).actions(), slices.lengths()))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("a batch of 3");
        }
    }

    // Divergences.

    @Test
    void divergencesAreThoseWorkedOutByHand() {
        // Two predictions 2 and 4 apart: variances 1 and 4; the reward in the third column does not count.
        double[][] predictions = {{0, 1, 99}, {2, 5, -99}};
        assertThat(divergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, 1, 1).of(predictions))
                .isCloseTo(Math.sqrt(2.5), within(1e-12));
        assertThat(divergence(HistoryDivergence.Form.MEAN_SQUARE, 1, 1).of(predictions)).isCloseTo(5, within(1e-12));
        assertThat(divergence(HistoryDivergence.Form.MEAN_SQUARE, 1, 4).of(predictions)).isCloseTo(1.25,
                within(1e-12));
        assertThat(divergence(HistoryDivergence.Form.MEAN_SQUARE, 1, 1).of(new double[][]{{3, 7}})).isZero();
    }

    private static HistoryDivergence divergence(HistoryDivergence.Form form, double... unit) {
        return new HistoryDivergence(form, unit);
    }

    @Test
    void theMeanSquareIsTheNumberOfCoordinatesTimesTheSquareOfTheRoot() {
        RandomStream random = RandomStream.of(5, "predictions");
        for (int n = 0; n < 50; n++) {
            int d = 1 + random.nextInt(6);
            double[][] predictions = new double[1 + random.nextInt(5)][d + 1];
            double[] unit = new double[d];
            for (int j = 0; j < d; j++) {
                unit[j] = random.uniform(0.1, 3);
            }
            for (double[] prediction : predictions) {
                for (int j = 0; j <= d; j++) {
                    prediction[j] = random.gaussian();
                }
            }
            double root = divergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, unit).of(predictions);
            assertThat(divergence(HistoryDivergence.Form.MEAN_SQUARE, unit).of(predictions)).isCloseTo(d * root * root,
                    within(1e-9));
        }
    }

    @Test
    void unitsOfNoUseAreRefused() {
        for (double unit : new double[]{0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> divergence(HistoryDivergence.Form.MEAN_SQUARE, 1, unit))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("found " + unit);
        }
    }
}
