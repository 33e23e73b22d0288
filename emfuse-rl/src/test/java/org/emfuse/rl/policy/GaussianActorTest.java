package org.emfuse.rl.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** The squashed Gaussian policy: its density, its range, its copies. */
class GaussianActorTest {

    private static final double[] SCALE = {2, 0.25};

    private static GaussianActor actor(double... scale) {
        return new GaussianActor(3, scale, new int[]{8, 8}, new TorchRandom(2));
    }

    @Test
    void densityIntegratesToOne() {
        int n = 40_000;
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad(); GaussianActor actor = actor(2.5)) {
            Tensor observation = new TorchRandom(1).normal(1, 3).expand(n, 3);
            float[] actions = new float[n];
            for (int i = 0; i < n; i++) {
                actions[i] = (float) (2.5 * (-1 + 2 * (i + 0.5) / n)); // midpoints of [-2.5, 2.5]
            }
            double sum = actor.logDensity(observation, Tensors.of(actions, n, 1)).exp().sum().item();
            assertThat(sum * 5 / n).isCloseTo(1, within(1e-3));
        }
    }

    @Test
    void densityOfASampleIsTheDensityOfItsAction() {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad(); GaussianActor actor = actor(SCALE)) {
            TorchRandom random = new TorchRandom(1);
            Tensor observations = random.normal(500, 3);
            GaussianActor.Sample sample = actor.sample(observations, random.normal(500, 2));
            float[] given = actor.logDensity(observations, sample.actions()).toFloats();
            float[] drawn = sample.logDensity().toFloats();
            assertThat(given).containsExactly(drawn, within(2e-2f)); // artanh near the border in single precision
            assertThat(Math.abs(mean(given) - mean(drawn))).isLessThan(1e-4);
        }
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    @Test
    void actionsStayInRangeAndTheModeIsTheSampleWithoutNoise() {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad(); GaussianActor actor = actor(SCALE)) {
            TorchRandom random = new TorchRandom(1);
            Tensor observations = random.normal(200, 3).mul(100);
            float[] actions = actor.sample(observations, random.normal(200, 2).mul(10)).actions().toFloats();
            for (int i = 0; i < actions.length; i++) {
                assertThat(Math.abs(actions[i])).isLessThanOrEqualTo((float) SCALE[i % 2]);
            }
            assertThat(actor.sample(observations, Tensors.zeros(200, 2)).actions().sameAs(actor.mode(observations)))
                    .isTrue();
        }
    }

    @Test
    void extremeNetworkOutputsGiveFiniteDensitiesAndGradients() {
        try (TorchScope _ = new TorchScope(); GaussianActor actor = actor(SCALE)) {
            Tensor observations = new TorchRandom(1).normal(50, 3).mul(1e6);
            Tensor logDensity = actor.sample(observations, new TorchRandom(3).normal(50, 2)).logDensity();
            assertThat(logDensity.allFinite()).isTrue();
            assertThat(actor.parameters().gradient(logDensity.mean()).allFinite()).isTrue();
        }
    }

    @Test
    void aCopyWithInputScalingStandardisesInside() {
        double[] mean = {1, -2, 30};
        double[] deviation = {0.5, 2, 10};
        try (TorchScope _ = new TorchScope();
                NoGrad _ = new NoGrad();
                GaussianActor actor = actor(SCALE);
                GaussianActor copy = actor.withInputScaling(mean, deviation)) {
            Tensor raw = new TorchRandom(1).normal(20, 3).mul(5).add(3);
            Tensor standardised = raw.sub(Tensors.of(new float[]{1, -2, 30}, 1, 3))
                    .div(Tensors.of(new float[]{0.5f, 2, 10}, 1, 3));
            assertThat(copy.mode(raw).toFloats()).containsExactly(actor.mode(standardised).toFloats(), within(1e-5f));
        }
    }
}
