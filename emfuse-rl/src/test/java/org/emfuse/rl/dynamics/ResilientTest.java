package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that grow where the slope stays and shrink where it turns. */
class ResilientTest {

    private static final Resilient CHAIN = new Resilient(9, 0.1, 0.01, 0.2, 1.5, 0.5, 2, 0.5, 1.1,
            Chain.Start.ZERO);

    /** Where a coordinate goes from 0 along given derivatives, with noise of the same sign at each step. */
    private static float[] path(Resilient chain, float xi, float... gradients) {
        try (TorchScope _ = new TorchScope()) {
            Tensor u = Tensors.zeros(1, 1);
            Chain.Walk walk = chain.walk(u.shape());
            float[] path = new float[gradients.length];
            for (int j = 0; j < path.length; j++) {
                walk.advance(u, Tensors.of(new float[]{gradients[j]}, 1, 1),
                        xi == 0 ? null : Tensors.of(new float[]{xi}, 1, 1), j);
                path[j] = u.toFloats()[0];
            }
            return path;
        }
    }

    @Test
    void stepsGrowToTheMostAndShrinkToTheLeast() {
        assertThat(path(CHAIN, 0, -9, -2, -3, -4)).usingComparatorWithPrecision(1e-6f).containsExactly(0.1f, 0.25f,
                0.45f, 0.65f);
        assertThat(path(CHAIN, 0, -9, 9, -9, 9, -9, 9)).usingComparatorWithPrecision(1e-6f).containsExactly(0.1f, 0.05f,
                0.075f, 0.0625f, 0.0725f, 0.0625f);
    }

    @Test
    void slopesBelowTheSoftOneMoveLess() {
        assertThat(path(CHAIN, 0, -1, -0.5f)).usingComparatorWithPrecision(1e-6f).containsExactly(0.05f,
                0.05f + 0.15f / 4);
        assertThat(path(CHAIN, 0, 0, -2)).as("a slope of 0 is no turn").usingComparatorWithPrecision(1e-6f)
                .containsExactly(0, 0.1f);
    }

    @Test
    void noiseIsInSteps() {
        assertThat(path(CHAIN, 1, 2, 2)).usingComparatorWithPrecision(1e-6f).containsExactly(-0.15f, -0.375f);
    }

    @Test
    void noCoordinateLeavesTheBoxAndNoneIsMadeUp() {
        assertThat(path(CHAIN.withSteps(20), 0, -9, -9, -9, -9, -9, -9, -9, -9)).endsWith(1.1f);
        assertThat(path(CHAIN, 0, Float.NaN)).containsExactly(Float.NaN);
    }

    @Test
    void theReachIsThatOfASlopeThatNeverTurns() {
        float[] path = path(Resilient.prediction(5), 0, -9, -9, -9, -9, -9);
        assertThat(Resilient.prediction(5).reach()).isCloseTo(path[4], within(1e-5));
        assertThat(CHAIN.reach()).isCloseTo(0.1 + 0.15 + 7 * 0.2, within(1e-12));
    }

    /** Wedges and bowls: a few steps are enough for either, wherever the bottom is in the box. */
    @ParameterizedTest
    @CsvSource({"10, 0.9", "10, -0.9", "10, 0.3", "100, 0.5", "100, -0.7", "3, 0.4"})
    void chainsFindTheBottomInSixteenSteps(double curvature, double b) {
        try (TorchScope _ = new TorchScope();
                TorchWorkers workers = new TorchWorkers(1);
                QuadraticEnergy energy = QuadraticEnergy.diagonal("one", new double[]{curvature, curvature},
                        new double[]{1, 1}, b, b)) {
            Slices slice = Slices.of(new float[1], new float[1], new float[]{1}, 1);
            Tensor u = new LangevinSampler(workers).sample(energy.given(slice), new Resilient(16, 0.1, 1e-5, 0.3, 1.2,
                    0.5, 2, 0, 1.1, Chain.Start.ZERO), RandomStream.of(1, "chains"));
            assertThat(u.toFloats()[0]).isCloseTo((float) b, within(5e-3f));
        }
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> Resilient.prediction(1)).hasMessageContaining("at least 2 steps, found 1");
        assertThatThrownBy(() -> Resilient.prediction(9).withNoise(Double.NaN)).hasMessageContaining("a noise >= 0");
        assertThatThrownBy(() -> new Resilient(9, 0.1, 0.2, 0.3, 1.2, 0.5, 2, 0, 1.1, Chain.Start.ZERO))
                .hasMessageContaining("least step <= first");
        assertThatThrownBy(() -> new Resilient(9, 0.1, 0.01, 0.3, 0.9, 0.5, 2, 0, 1.1, Chain.Start.ZERO))
                .hasMessageContaining("a growth in [1, 10], found 0.9");
        assertThatThrownBy(() -> new Resilient(9, 0.1, 0.01, 0.3, 1.2, 1, 2, 0, 1.1, Chain.Start.ZERO))
                .hasMessageContaining("a shrinkage in (0, 1), found 1.0");
        assertThatThrownBy(() -> new Resilient(9, 0.1, 0.01, 0.3, 1.2, 0.5, 0, 0, 1.1, Chain.Start.ZERO))
                .hasMessageContaining("a slope > 0, found 0.0");
    }
}
