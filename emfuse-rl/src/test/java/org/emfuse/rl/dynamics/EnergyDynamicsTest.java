package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Simulators of energies whose predictions are known: each slice of length m predicts something of its own. */
class EnergyDynamicsTest extends DynamicsContract {

    private static final int K = 3;
    private static final double[] UNIT = {1, 1};

    private final TorchWorkers workers = new TorchWorkers(1);
    private final LangevinSampler sampler = new LangevinSampler(workers);

    @Override
    protected Dynamics make() {
        return new EnergyDynamics(fused(0.4, expert("a", 0.1, 0.2), expert("b", -0.1, 0.1)), rule(), sampler);
    }

    @AfterEach
    void stop() {
        workers.close();
    }

    /**
     * An expert of two state coordinates: from a slice of length m the next state is the last one plus {@code shift + m ·
     * apart} in the first coordinate; the reward is 0.1 m. Histories are of a state that stays 0.
     */
    private static QuadraticEnergy expert(String name, double shift, double apart) {
        double[][] precision = {{40, 0, 0}, {0, 40, 0}, {0, 0, 40}};
        return new QuadraticEnergy(name, QuadraticEnergy.line(2, 1), K, precision, new double[]{1, 1, 1}, slices -> {
            Tensor m = slices.lengths().unsqueeze(1);
            return Tensors.cat(1, m.mul(apart).add(shift), m.mul(0), m.mul(0.1));
        });
    }

    private static FusedTransitionEnergy fused(double lambda, TransitionEnergy a, TransitionEnergy b) {
        return new FusedTransitionEnergy(ExpertWeights.of(lambda, 1 - lambda), List.of(a, b));
    }

    private static PredictionRule rule() {
        return PredictionRule.of(Langevin.prediction(100), UNIT);
    }

    /** Trajectory i has i + 1 pairs of state 0. */
    private static Histories histories(int trajectories) {
        Histories histories = new Histories(trajectories, K, 2, 1);
        for (int i = 0; i < trajectories; i++) {
            for (int n = 0; n <= i; n++) {
                histories.push(i, new double[2], new double[1]);
            }
        }
        return histories;
    }

    private Prediction predict(TransitionEnergy energy, PredictionRule rule, int... trajectories) {
        try (EnergyDynamics dynamics = new EnergyDynamics(energy, rule, sampler)) {
            return dynamics.predict(histories(4), trajectories, RandomStream.of(1, "simulation"));
        }
    }

    private static void assertNear(double found, double expected) {
        assertThat(found).isCloseTo(expected, within(2e-3));
    }

    @Test
    void eachRuleOfTheNextStateGivesItsOwn() {
        Prediction one = predict(expert("a", 0.1, 0.2), rule().withNext(PredictionRule.Next.ONE_STEP), 3, 0);
        assertNear(one.next()[0][0], 0.3);
        assertNear(one.next()[0][1], 0);
        assertNear(one.rewards()[0], 0.1);
        assertNear(one.next()[1][0], 0.3);
        Prediction mean = predict(expert("a", 0.1, 0.2), rule().withNext(PredictionRule.Next.MEAN), 3, 1);
        assertNear(mean.next()[0][0], 0.5);
        assertNear(mean.rewards()[0], 0.2);
        assertNear(mean.next()[1][0], 0.4); // of lengths 1 and 2
        assertThat(mean.next()[0]).hasSize(2);
        assertThat(mean.slices()).containsExactly(3, 2);
    }

    @Test
    void aRandomSliceIsAnyOfThemAsOften() {
        int n = 600;
        int[] trajectories = new int[n];
        Arrays.fill(trajectories, 3);
        Prediction prediction = predict(expert("a", 0.1, 0.2), rule(), trajectories);
        int[] counts = new int[K + 1];
        for (int i = 0; i < n; i++) {
            int m = (int) Math.round((prediction.next()[i][0] - 0.1) / 0.2);
            assertNear(prediction.next()[i][0], 0.1 + 0.2 * m);
            assertNear(prediction.rewards()[i], 0.1 * m); // of the same slice
            counts[m]++;
        }
        for (int m = 1; m <= K; m++) {
            assertThat(counts[m]).isBetween(150, 250);
        }
    }

    @Test
    void noiseMovesTheNextStateButNotTheUncertainty() {
        Prediction still = predict(expert("a", 0.1, 0.2), rule(), 3, 3, 3);
        Prediction noisy = predict(expert("a", 0.1, 0.2), rule().withNext(PredictionRule.Next.NOISY_STATE), 3, 3, 3);
        assertThat(noisy.uncertainty()).containsExactly(still.uncertainty());
        assertThat(Math.abs(noisy.next()[0][1])).isGreaterThan(1e-4);
        assertThat(Math.abs(still.next()[0][1])).isLessThan(1e-4);
    }

    @Test
    void aNoisyStateComesFromOneSliceMore() {
        for (PredictionRule.Weights weights : new PredictionRule.Weights[]{PredictionRule.Weights.FIXED,
            PredictionRule.Weights.PRECISION}) {
            List<Float> lengths = new ArrayList<>();
            QuadraticEnergy asked = new QuadraticEnergy("a", QuadraticEnergy.line(2, 1), K,
                    new double[][]{{40, 0, 0}, {0, 40, 0}, {0, 0, 40}}, new double[]{1, 1, 1}, slices -> {
                        for (float length : slices.lengths().toFloats()) {
                            lengths.add(length);
                        }
                        Tensor m = slices.lengths().unsqueeze(1);
                        return Tensors.cat(1, m.mul(0.2), m.mul(0), m.mul(0));
                    });
            try (EnergyDynamics dynamics = new EnergyDynamics(asked,
                    rule().withNext(PredictionRule.Next.NOISY_STATE).withWeights(weights), sampler, new double[]{1})) {
                double[][] next = dynamics.predict(histories(4), new int[]{0, 3}, RandomStream.of(1, "simulation"))
                        .next();
                List<Float> drawn = lengths.subList(lengths.size() - 2, lengths.size());
                assertThat(lengths.subList(lengths.size() - 6, lengths.size() - 2)).containsExactly(1f, 1f, 2f, 3f);
                assertThat(drawn.getFirst()).isEqualTo(1);
                for (int i = 0; i < 2; i++) {
                    assertThat(next[i][0]).isCloseTo(0.2 * drawn.get(i), within(0.1));
                }
            }
        }
    }

    /** Lengths 1, 2, 3 are 0.2 apart in one of two coordinates: sqrt(1/2 · 0.04 · 2/3). */
    private static final double APART = 0.2 * Math.sqrt(1.0 / 3);

    @Test
    void theUncertaintyIsTheDivergenceOfTheSlices() {
        Prediction prediction = predict(expert("a", 0.1, 0.2), rule(), 2, 0, 1);
        assertNear(prediction.uncertainty()[0], APART);
        assertThat(prediction.uncertainty()[1]).isZero(); // one slice says nothing
        assertNear(prediction.uncertainty()[2], 0.1 / Math.sqrt(2));
    }

    @Test
    void uncertaintiesOfExpertsAreAddedOrTheLargestCounts() {
        // In the sum of energies of equal precision the predictions, and so what is between them, are averaged.
        TransitionEnergy both = fused(0.75, expert("a", 0.1, 0.2), expert("b", -0.3, -0.1));
        PredictionRule slices = rule();
        assertNear(predict(both, slices, 2).uncertainty()[0], APART * (0.75 - 0.25 * 0.5));
        PredictionRule sum = slices.withUncertainty(PredictionRule.Uncertainty.SUM, 0);
        assertNear(predict(both, sum, 2).uncertainty()[0], APART * (0.75 + 0.25 * 0.5));
        PredictionRule max = slices.withUncertainty(PredictionRule.Uncertainty.MAX, 0);
        assertNear(predict(both, max, 2).uncertainty()[0], APART);
        // One-step predictions 0.3 and -0.4: half their distance, in one coordinate of two.
        PredictionRule spread = slices.withUncertainty(PredictionRule.Uncertainty.SLICES, 2);
        assertNear(predict(both, spread, 2).uncertainty()[0],
                APART * (0.75 - 0.25 * 0.5) + 2 * 0.35 / Math.sqrt(2));
    }

    @Test
    void anExpertWithoutWeightHasNoSayInTheUncertainty() {
        QuadraticEnergy wild = new QuadraticEnergy("wild", QuadraticEnergy.line(2, 1), K, new double[][]{
            {Double.NaN, 0, 0}, {0, 1, 0}, {0, 0, 1}}, new double[]{1, 1, 1},
                QuadraticEnergy.constant(0.5, 0.5, 0.5));
        TransitionEnergy both = fused(1, expert("a", 0.1, 0.2), wild);
        for (PredictionRule.Uncertainty uncertainty : PredictionRule.Uncertainty.values()) {
            Prediction prediction = predict(both, rule().withUncertainty(uncertainty, 1), 2);
            assertNear(prediction.uncertainty()[0], APART);
        }
    }

    @Test
    void weightsByPrecisionFollowTheSurerExpert() {
        // Uncertainties 0 and APART: with ε = APART² precisions are 1/ε and 1/2ε, weights 2/3 and 1/3.
        TransitionEnergy both = fused(0.5, expert("sure", 0.3, 0), expert("unsure", -0.5, 0.2));
        PredictionRule rule = rule().withNext(PredictionRule.Next.ONE_STEP)
                .withWeights(PredictionRule.Weights.PRECISION);
        double[] tolerances = {APART * APART, APART * APART};
        try (EnergyDynamics dynamics = new EnergyDynamics(both, rule, sampler, tolerances)) {
            Prediction prediction = dynamics.predict(histories(4), new int[]{2, 0}, RandomStream.of(1, "simulation"));
            assertNear(prediction.next()[0][0], 2.0 / 3 * 0.3 + 1.0 / 3 * -0.3);
            assertNear(prediction.next()[1][0], 0); // with one slice nobody is surer
        }
        assertThatThrownBy(() -> new EnergyDynamics(both, rule, sampler)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("each of the 2 experts");
        assertThatThrownBy(() -> new EnergyDynamics(both, rule, sampler, new double[]{1, 0}))
                .hasMessageContaining("[1.0, 0.0]");
    }

    @Test
    void theNearestExpertAloneDecides() {
        TransitionEnergy both = fused(0.5, expert("unsure", -0.5, 0.2), expert("sure", 0.3, 0.01));
        PredictionRule rule = rule().withNext(PredictionRule.Next.ONE_STEP)
                .withWeights(PredictionRule.Weights.NEAREST);
        try (EnergyDynamics dynamics = new EnergyDynamics(both, rule, sampler, new double[]{1e-4, 1e-4})) {
            assertNear(dynamics.predict(histories(4), new int[]{2}, RandomStream.of(1, "simulation")).next()[0][0],
                    0.31);
        }
        // In units of their usual uncertainty: the first one is used to being unsure.
        try (EnergyDynamics dynamics = new EnergyDynamics(both, rule, sampler, new double[]{1, 1e-4})) {
            assertNear(dynamics.predict(histories(4), new int[]{2}, RandomStream.of(1, "simulation")).next()[0][0],
                    -0.3);
        }
    }

    @Test
    void theSpreadOfExpertsIsThatOfTheirOneStepPredictions() {
        try (EnergyDynamics dynamics = new EnergyDynamics(fused(0.9, expert("a", 0.1, 0.2), expert("b", -0.3, -0.1)),
                rule(), sampler)) {
            double[] spread = dynamics.spread(histories(4), new int[]{3, 0}, RandomStream.of(1, "simulation"));
            assertNear(spread[0], 0.35 / Math.sqrt(2));
            assertNear(spread[1], 0.35 / Math.sqrt(2));
        }
    }

    @Test
    void numbersThatAreNoneArePassedOnAndNeverHidden() {
        QuadraticEnergy broken = new QuadraticEnergy("broken", QuadraticEnergy.line(2, 1), K,
                new double[][]{{40, 0, 0}, {0, 40, 0}, {0, 0, 40}}, new double[]{1, 1, 1}, slices -> {
                    // Slices of length 2 alone are broken: 0/0.
                    Tensor hole = slices.lengths().add(-2).unsqueeze(1);
                    return Tensors.cat(1, hole.div(hole), hole.mul(0), hole.mul(0));
                });
        Prediction prediction = predict(fused(0.5, expert("a", 0, 0), broken), rule(), 0, 2);
        assertNear(prediction.next()[0][0], 0.5);
        assertThat(prediction.uncertainty()[0]).isZero();
        assertThat(prediction.uncertainty()[1]).isNaN();
    }

    @Test
    void equalSeedsGiveEqualPredictions() {
        TransitionEnergy energy = expert("a", 0.1, 0.2);
        PredictionRule rule = rule().withNext(PredictionRule.Next.NOISY_STATE);
        assertThat(predict(energy, rule, 3, 2).next()).isDeepEqualTo(predict(energy, rule, 3, 2).next());
    }

    @Test
    void rulesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> PredictionRule.of(Langevin.prediction(30).withNoise(0.5), UNIT))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("without noise");
        assertThatThrownBy(() -> rule().withUncertainty(PredictionRule.Uncertainty.SUM, -1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least 0");
        PredictionRule other = PredictionRule.of(Langevin.prediction(30), new double[]{1});
        assertThatThrownBy(() -> new EnergyDynamics(expert("short", 0, 0), other, sampler))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 state coordinates")
                .hasMessageContaining("short has 2");
    }
}
