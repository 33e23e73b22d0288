package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ensembles of simulators whose predictions are known. */
class EnsembleDynamicsTest extends DynamicsContract {

    private static final HistoryDivergence DIVERGENCE = new HistoryDivergence(
            HistoryDivergence.Form.ROOT_MEAN_SQUARE, new double[]{1, 2});

    private final TorchWorkers workers = new TorchWorkers(1);

    /** A member that moves the state by a shift in each coordinate and gives a reward. */
    private EnergyDynamics member(String name, int longest, double... target) {
        double[][] precision = {{40, 0, 0}, {0, 40, 0}, {0, 0, 40}};
        QuadraticEnergy energy = new QuadraticEnergy(name, QuadraticEnergy.line(2, 1), longest, precision,
                new double[]{1, 1, 1}, QuadraticEnergy.constant(target));
        return new EnergyDynamics(energy, PredictionRule.of(Langevin.prediction(100), new double[]{1, 2}),
                new LangevinSampler(workers));
    }

    @Override
    protected Dynamics make() {
        return new EnsembleDynamics(List.of(member("a", 1, 0.2, 0, 0.1), member("b", 1, -0.2, 0.4, 0.3)), DIVERGENCE);
    }

    @AfterEach
    void stop() {
        workers.close();
    }

    private static Histories resting(int longest) {
        Histories histories = new Histories(1, longest, 2, 1);
        for (int i = 0; i < longest; i++) {
            histories.push(0, new double[2], new double[1]);
        }
        return histories;
    }

    private static Prediction predict(Dynamics ensemble, int times) {
        return ensemble.predict(resting(ensemble.longestSlice()), new int[times], RandomStream.of(1, "simulation"));
    }

    @Test
    void eachStepIsSomeMembersAndAllAreDrawnAsOften() {
        int n = 600;
        Prediction prediction;
        try (Dynamics ensemble = new EnsembleDynamics(List.of(member("a", 1, 0.2, 0, 0.1),
                member("b", 1, -0.2, 0.4, 0.3), member("c", 1, 0.6, 0.2, -0.2)), DIVERGENCE)) {
            prediction = predict(ensemble, n);
        }
        double[][] targets = {{0.2, 0, 0.1}, {-0.2, 0.4, 0.3}, {0.6, 0.2, -0.2}};
        int[] counts = new int[3];
        for (int i = 0; i < n; i++) {
            double[] next = prediction.next()[i];
            int drawn = next[0] < 0 ? 1 : next[0] > 0.4 ? 2 : 0;
            assertThat(next[0]).isCloseTo(targets[drawn][0], within(2e-3));
            assertThat(next[1]).isCloseTo(targets[drawn][1], within(2e-3));
            assertThat(prediction.rewards()[i]).isCloseTo(targets[drawn][2], within(2e-3)); // of the same member
            counts[drawn]++;
        }
        assertThat(Arrays.stream(counts).min().orElseThrow()).isBetween(150, 200);
    }

    @Test
    void theUncertaintyIsTheDivergenceOfTheMembers() {
        try (Dynamics two = make()) {
            // 0.4 apart in one coordinate of unit 1, 0.4 in one of unit 2: halves of the distances are 0.2 and 0.1.
            Prediction prediction = predict(two, 1);
            assertThat(prediction.uncertainty()[0]).isCloseTo(Math.sqrt((0.04 + 0.01) / 2), within(2e-3));
            assertThat(prediction.slices()).containsExactly(2);
        }
        try (Dynamics same = new EnsembleDynamics(List.of(member("a", 1, 0.2, 0, 0), member("b", 1, 0.2, 0, 0.5)),
                DIVERGENCE)) {
            assertThat(predict(same, 1).uncertainty()[0]).isLessThan(1e-3); // a reward is no state
        }
    }

    @Test
    void membersMayLookAtHistoriesOfDifferentLengths() {
        try (Dynamics both = new EnsembleDynamics(List.of(member("a", 1, 0.2, 0, 0), member("b", 3, 0.2, 0, 0)),
                DIVERGENCE)) {
            assertThat(both.longestSlice()).isEqualTo(1);
            assertThat(predict(both, 1).next()[0][0]).isCloseTo(0.2, within(2e-3));
        }
    }

    @Test
    void membersThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new EnsembleDynamics(List.of(), DIVERGENCE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least one member");
        double[][] precision = {{1, 0}, {0, 1}};
        QuadraticEnergy line = new QuadraticEnergy("line", QuadraticEnergy.line(1, 1), 1, precision,
                new double[]{1, 1}, QuadraticEnergy.constant(0, 0));
        EnergyDynamics other = new EnergyDynamics(line,
                PredictionRule.of(Langevin.prediction(10), new double[]{1}), new LangevinSampler(workers));
        assertThatThrownBy(() -> new EnsembleDynamics(List.of(member("a", 1, 0, 0, 0), other), DIVERGENCE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("observation coordinates")
                .hasMessageContaining("line");
        assertThatThrownBy(() -> new EnsembleDynamics(List.of(other), DIVERGENCE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 state coordinates");
    }
}
