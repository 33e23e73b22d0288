package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.rollout.Rollouts;
import org.emfuse.rl.rollout.StartHistories;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where chains end on energies whose low points and distributions are known. */
class LangevinSamplerTest {

    private static Slices slices(int rows) {
        float[] lengths = new float[rows];
        Arrays.fill(lengths, 1);
        return Slices.of(new float[rows], new float[rows], lengths, 1);
    }

    private static Tensor sample(EnergyLandscape landscape, Langevin langevin, int threads) {
        try (TorchWorkers workers = new TorchWorkers(threads)) {
            return new LangevinSampler(workers).sample(landscape, langevin, RandomStream.of(1, "chains"));
        }
    }

    /** A chain from 0 on {@code curvature/2 (u - b)²} in both coordinates. */
    private static double end(double curvature, double b, int steps, double clip) {
        try (TorchScope _ = new TorchScope();
                QuadraticEnergy energy = QuadraticEnergy.diagonal("one", new double[]{curvature, curvature},
                        new double[]{1, 1}, b, b)) {
            Langevin langevin = Langevin.official(steps).withGradientClip(clip);
            float[] ends = sample(energy.given(slices(1)), langevin, 1).toFloats();
            assertThat(ends[0]).isEqualTo(ends[1]);
            return ends[0];
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 0.9, 100, 2, 0.9", "10, -0.9, 100, 2, -0.9", "10, 0.3, 100, 2, 0.3", "10, 0, 100, 2, 0",
        "10, 0.9, 30, 0.5, 0.2544", "10, 0.5, 30, 0.5, 0.2544", "2, 0.5, 100, 2, 0.4842",
        "10, 0.5, 30, 2, 0.497", "10, 0.9, 30, 2, 0.864", "10, 0.5, 100, 2, 0.5"})
    void chainsWithoutNoiseEndWhereTheyCan(double curvature, double b, int steps, double clip, double expected) {
        assertThat(end(curvature, b, steps, clip)).isCloseTo(expected, within(1e-3));
    }

    private static final double[] SCALE_A = {0.8, 0.5};
    private static final double[] SCALE_B = {0.5, 1.0};

    /**
     * Two Gaussians N(0.3, 1/16) and N(-0.2, 1/4) of the state change with weights 0.25 and 0.75, and two of the reward, each
     * expert with scales of its own.
     */
    private static FusedTransitionEnergy gaussians() {
        return new FusedTransitionEnergy(ExpertWeights.of(0.25, 0.75),
                List.of(QuadraticEnergy.diagonal("a", new double[]{16, 8}, SCALE_A, 0.3, 0.1),
                        QuadraticEnergy.diagonal("b", new double[]{4, 16}, SCALE_B, -0.2, 0.3)));
    }

    /** Precisions Σ λ a = 7 and 14, means Σ λ a b / Σ λ a. */
    private static final double[] PRECISION = {7, 14};
    private static final double[] MEAN = {(4 * 0.3 - 3 * 0.2) / 7, (2 * 0.1 + 12 * 0.3) / 14};

    /** The product of two Gaussian experts has the analytic mean and variance (architecture §12). */
    @Test
    void theFusedGaussianIsSampled() {
        int chains = 20_000;
        try (TorchScope _ = new TorchScope(); FusedTransitionEnergy fused = gaussians()) {
            EnergyLandscape landscape = fused.given(slices(chains));
            Langevin langevin = Langevin.unadjusted(300, 0.01, 1, 8);
            Tensor raw = sample(landscape, langevin, 2).mul(landscape.scale());
            for (int j = 0; j < 2; j++) {
                Tensor values = raw.select(1, j);
                double mean = values.mean().item();
                double variance = values.add(-mean).square().mean().item();
                // The step's own error is known: curvature in box coordinates is precision · scale².
                double scale = Math.max(SCALE_A[j], SCALE_B[j]);
                double bias = 1 / (1 - 0.01 * PRECISION[j] * scale * scale / 4);
                double deviation = 1 / Math.sqrt(PRECISION[j]);
                assertThat(mean).isCloseTo(MEAN[j], within(4 * deviation / Math.sqrt(chains)));
                assertThat(variance).isCloseTo(bias / PRECISION[j],
                        within(4 * Math.sqrt(2.0 / chains) / PRECISION[j]));
                assertThat(bias).isBetween(1.0, 1.04);
            }
        }
    }

    @Test
    void temperatureMultipliesTheVariance() {
        int chains = 8_000;
        try (TorchScope _ = new TorchScope(); FusedTransitionEnergy fused = gaussians()) {
            EnergyLandscape landscape = fused.given(slices(chains));
            Tensor cold = sample(landscape, Langevin.unadjusted(150, 0.02, 0.25, 8), 1).select(1, 0);
            Tensor warm = sample(landscape, Langevin.unadjusted(150, 0.02, 1, 8), 1).select(1, 0);
            double ratio = variance(warm) / variance(cold);
            assertThat(ratio).isCloseTo(4, within(0.3));
        }
    }

    private static double variance(Tensor values) {
        return values.sub(values.mean()).square().mean().item();
    }

    /** The usual chain is no sampler, but it ends at the mean, by way of a whole simulator. */
    @Test
    void predictionsOfTheFusedGaussianAreItsMean() {
        try (TorchWorkers workers = new TorchWorkers(1);
                EnergyDynamics dynamics = new EnergyDynamics(gaussians(),
                        PredictionRule.of(Langevin.prediction(100), new double[]{1}), new LangevinSampler(workers))) {
            Histories histories = new Histories(1, 1, 1, 1);
            histories.push(0, new double[]{5}, new double[]{0});
            Prediction prediction = dynamics.predict(histories, new int[]{0}, RandomStream.of(1, "simulation"));
            assertThat(prediction.next()[0]).hasSize(1);
            assertThat(prediction.next()[0][0]).isCloseTo(5 + MEAN[0], within(2e-3));
            assertThat(prediction.rewards()[0]).isCloseTo(MEAN[1], within(2e-3));
            assertThat(prediction.uncertainty()).containsExactly(0);
            assertThat(prediction.slices()).containsExactly(1);
        }
    }

    /**
     * The same all the way to a policy's rollouts: with chains that keep a temperature, noisy states of two experts are samples of
     * the product of their Gaussians, since the temperature 1/2 of the simulator undoes the weights of 1/2 (architecture §12).
     */
    @Test
    void rolloutsInNoisyStatesSampleTheProduct() {
        double precision = 16 + 4;
        double mean = (16 * 0.3 - 4 * 0.2) / precision;
        FusedTransitionEnergy product = new FusedTransitionEnergy(ExpertWeights.uniform(2),
                List.of(QuadraticEnergy.diagonal("a", new double[]{16, 8}, SCALE_A, 0.3, 0.1),
                        QuadraticEnergy.diagonal("b", new double[]{4, 16}, SCALE_B, -0.2, 0.3)));
        PredictionRule rule = PredictionRule.of(Langevin.unadjusted(200, 0.02, 0, 8), new double[]{1})
                .withNext(PredictionRule.Next.NOISY_STATE);
        int count = 8_000;
        double[][] changes = new double[2][count];
        double[][] rewards = new double[2][count];
        try (TorchWorkers workers = new TorchWorkers(2);
                EnergyDynamics dynamics = new EnergyDynamics(product, rule, new LangevinSampler(workers))) {
            Transitions start = new Transitions(1, 1, new float[]{5}, new float[1], new float[1], new float[]{5},
                    new boolean[1], new boolean[]{true});
            new Rollouts(dynamics, new StartHistories(start, 1), _ -> false).run((_, _) -> new double[]{0}, count, 2,
                    RandomStream.of(1, "rollouts"), (trajectory, step, state, _, reward, next, _, _) -> {
                        changes[step][trajectory] = next[0] - state[0];
                        rewards[step][trajectory] = reward;
                    });
        }
        for (int step = 0; step < 2; step++) {
            assertGaussian(changes[step], mean, precision, 0.8);
            assertGaussian(rewards[step], (8 * 0.1 + 16 * 0.3) / 24, 24, 1);
        }
        assertThat(new PearsonsCorrelation().correlation(changes[0], changes[1])).isCloseTo(0, within(0.045));
    }

    /** Within four standard errors, and the chain's known error at a step of 0.02. */
    private static void assertGaussian(double[] values, double mean, double precision, double scale) {
        double found = Arrays.stream(values).average().orElseThrow();
        double variance = Arrays.stream(values).map(x -> (x - found) * (x - found)).average().orElseThrow();
        double bias = 1 / (1 - 0.02 * precision / 2 * scale * scale / 4);
        assertThat(found).isCloseTo(mean, within(4 / Math.sqrt(precision * values.length)));
        assertThat(variance).isCloseTo(bias / precision, within(4 * Math.sqrt(2.0 / values.length) / precision));
    }

    @Test
    void theResultDoesNotDependOnTheNumberOfWorkers() {
        try (TorchScope _ = new TorchScope(); FusedTransitionEnergy fused = gaussians()) {
            int rows = 2 * LangevinSampler.BLOCK + 17;
            EnergyLandscape landscape = fused.given(slices(rows));
            Tensor one = sample(landscape, Langevin.negatives(), 1);
            Tensor two = sample(landscape, Langevin.negatives(), 2);
            assertThat(one.shape()).containsExactly(rows, 2);
            assertThat(two.sameAs(one)).isTrue();
            int distinct = (int) Arrays.stream(one.select(1, 0).toDoubles()).distinct().count();
            assertThat(distinct).as("blocks draw noise of their own").isGreaterThan(rows * 9 / 10);
        }
    }

    @Test
    void chainsBeginWhereTheyAreTold() {
        try (TorchScope _ = new TorchScope();
                QuadraticEnergy flat = QuadraticEnergy.diagonal("flat", new double[]{0, 0}, new double[]{1, 1}, 0.6,
                        -0.4)) {
            EnergyLandscape landscape = flat.given(slices(2000));
            Langevin langevin = Langevin.official(2);
            assertThat(sample(landscape, langevin, 1).toFloats()).containsOnly(0);
            Tensor centre = sample(landscape, Langevin.prediction(2), 1);
            assertThat(centre.select(1, 0).toFloats()).containsOnly(0.3f);
            assertThat(centre.select(1, 1).toFloats()).containsOnly(-0.2f);
            Tensor uniform = sample(landscape, Langevin.negatives().withNoise(0), 1);
            assertThat(uniform.abs().reshape(-1).amax(0).item()).isBetween(0.99, 1.0);
            assertThat(uniform.mean().item()).isCloseTo(0, within(0.04));
            assertThat(uniform.square().mean().item()).isCloseTo(1.0 / 3, within(0.03));
        }
    }

    @Test
    void chainsThatCouldNotGoFartherAreCounted() {
        try (TorchScope _ = new TorchScope();
                QuadraticEnergy energy = QuadraticEnergy.diagonal("far", new double[]{10, 10}, new double[]{1, 1}, 3,
                        0.1)) {
            EnergyLandscape landscape = energy.given(slices(4));
            Langevin official = Langevin.official(30);
            Tensor ends = sample(landscape, official, 1);
            assertThat(LangevinSampler.shareNearReach(landscape, official, ends)).isEqualTo(0.5);
            assertThat(LangevinSampler.shareAtBox(official, ends)).isZero();
            Langevin strong = Langevin.official(100).withGradientClip(10);
            Tensor far = sample(landscape, strong, 1);
            assertThat(LangevinSampler.shareNearReach(landscape, strong, far)).isZero();
            assertThat(LangevinSampler.shareAtBox(strong, far)).isEqualTo(0.5);
        }
    }

    @Test
    void inputsStayAsTheyAre() {
        try (TorchScope _ = new TorchScope();
                QuadraticEnergy energy = QuadraticEnergy.diagonal("one", new double[]{9, 9}, new double[]{1, 1}, 0.6,
                        -0.4)) {
            EnergyLandscape landscape = energy.given(slices(3));
            Tensor before = landscape.centre().copy();
            Tensor u = Tensors.zeros(3, 2).fill_(0.2);
            Tensor gradient = landscape.gradient(u);
            sample(landscape, Langevin.prediction(30), 1);
            assertThat(landscape.centre().sameAs(before)).isTrue();
            assertThat(landscape.gradient(u).sameAs(gradient)).isTrue();
        }
    }
}
