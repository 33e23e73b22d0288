package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** One step of the chains, and the schedule of steps (spec 05 §§1, 7). */
class LangevinTest {

    @Test
    void stepsGoFromTheFirstToTheLastExactly() {
        Langevin langevin = Langevin.prediction(100);
        assertThat(langevin.step(0)).isEqualTo(0.1);
        assertThat(langevin.step(99)).isEqualTo(1e-5);
        for (int j = 1; j < 100; j++) {
            assertThat(langevin.step(j)).isLessThan(langevin.step(j - 1));
        }
        Langevin negatives = Langevin.negatives();
        assertThat(negatives.step(0)).isEqualTo(0.1);
        assertThat(negatives.step(49)).isEqualTo(1e-3);
        assertThat(negatives.step(7)).isCloseTo(0.099 * (42.0 / 49) * (42.0 / 49) + 1e-3, within(1e-15));
    }

    /** Sums of the schedule, and how far half a clipped gradient carries along it, worked out by hand. */
    @Test
    void theReachIsHalfTheClippedGradientAlongAllSteps() {
        assertThat(Langevin.official(30).reach()).isCloseTo(0.2544, within(5e-5));
        assertThat(Langevin.official(100).reach()).isCloseTo(0.8377, within(5e-4));
        assertThat(Langevin.prediction(30).reach()).isCloseTo(4 * Langevin.official(30).reach(), within(1e-12));
    }

    private static float[] advanced(Langevin langevin, int j, float u, float gradient, float xi) {
        try (TorchScope _ = new TorchScope()) {
            Tensor at = Tensors.of(new float[]{u}, 1, 1);
            langevin.walk(at.shape()).advance(at, Tensors.of(new float[]{gradient}, 1, 1),
                    Tensors.of(new float[]{xi}, 1, 1), j);
            return at.toFloats();
        }
    }

    @Test
    void oneStepIsTheEquation() {
        Langevin langevin = new Langevin(11, 0.4, 0.1, Langevin.Noise.ANNEALED, 0.5, 2, 0.3, 1.1, Langevin.Start.ZERO);
        assertThat(advanced(langevin, 0, 0.2f, 1, -0.5f)[0]).isCloseTo(0.2f - 0.4f * 0.25f, within(1e-6f));
        assertThat(advanced(langevin, 10, 0.2f, 1, -0.5f)[0]).isCloseTo(0.2f - 0.1f * 0.25f, within(1e-6f));
        assertThat(advanced(langevin, 10, 0.2f, 9, 0)[0]).as("gradient clip").isCloseTo(0.1f, within(1e-6f));
        assertThat(advanced(langevin, 10, 0.2f, -9, 0)[0]).isCloseTo(0.3f, within(1e-6f));
        assertThat(advanced(langevin, 0, 0.2f, 9, 1)[0]).as("step clip").isCloseTo(-0.1f, within(1e-6f));
        assertThat(advanced(langevin, 0, -1, 9, 1)[0]).as("box").isCloseTo(-1.1f, within(1e-6f));
        assertThat(advanced(langevin, 0, 1, -9, -1)[0]).isCloseTo(1.1f, within(1e-6f));
    }

    @Test
    void theUnadjustedStepHasNoiseOfTheRootOfStepAndTemperature() {
        Langevin langevin = Langevin.unadjusted(10, 0.04, 4, 1000);
        assertThat(advanced(langevin, 3, 2, 100, 0)[0]).isCloseTo(0, within(1e-6f));
        assertThat(advanced(langevin, 3, 2, 0, 1)[0]).isCloseTo(2 - 0.4f, within(1e-6f));
    }

    @Test
    void numbersThatAreNoneStaySo() {
        assertThat(advanced(Langevin.negatives(), 0, 0, Float.NaN, 0)).containsExactly(Float.NaN);
        assertThat(advanced(Langevin.negatives(), 0, 0, Float.POSITIVE_INFINITY, 0)[0]).isCloseTo(-0.5f,
                within(1e-6f));
    }

    @Test
    void settingsOfNoUseAreRefused() {
        assertThatThrownBy(() -> Langevin.prediction(1)).hasMessageContaining("at least 2 steps, found 1");
        assertThatThrownBy(() -> Langevin.prediction(30).withNoise(Double.NaN)).hasMessageContaining("a noise >= 0");
        assertThatThrownBy(() -> Langevin.prediction(30).withGradientClip(0)).hasMessageContaining("gradient clip > 0");
        assertThatThrownBy(() -> Langevin.unadjusted(10, 0.1, 1, Double.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("a box > 0");
        assertThatThrownBy(
                () -> new Langevin(9, 0.1, 0.2, Langevin.Noise.ANNEALED, 0, 1, 1, 1, Langevin.Start.ZERO))
                .hasMessageContaining("a last step in (0, 0.1], found 0.2");
    }
}
