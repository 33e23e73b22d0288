package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.CalibratedEnergy;
import org.emfuse.rl.dynamics.EnergyLandscape;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.QuadraticEnergy;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scale of an energy (spec 05 §§2, 7.11). */
class CalibrationTest {

    private static final double[] DEVIATION = {0.1, 0.2};

    /** State changes N(0.3, 0.1²) and rewards N(-0.2, 0.2²), whatever is done. */
    private static Transitions data(int n) {
        RandomStream random = RandomStream.of(3, "data");
        float[] states = new float[n];
        float[] next = new float[n];
        float[] rewards = new float[n];
        boolean[] timeouts = new boolean[n];
        for (int i = 0; i < n; i++) {
            states[i] = (float) random.gaussian();
            next[i] = states[i] + (float) (0.3 + DEVIATION[0] * random.gaussian());
            rewards[i] = (float) (-0.2 + DEVIATION[1] * random.gaussian());
            timeouts[i] = true;
        }
        return new Transitions(1, 1, states, new float[n], rewards, next, new boolean[n], timeouts);
    }

    /** c times minus the logarithm of the density that the data have. */
    private static QuadraticEnergy times(double c) {
        double[][] precision = {{c / (DEVIATION[0] * DEVIATION[0]), 0}, {0, c / (DEVIATION[1] * DEVIATION[1])}};
        return new QuadraticEnergy("scaled", QuadraticEnergy.line(1, 1), 1, precision, new double[]{1, 1},
                QuadraticEnergy.constant(0.3, -0.2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 7})
    void anEnergyOfKnownScaleIsBroughtBack(double c) {
        try (QuadraticEnergy energy = times(c); TorchWorkers workers = new TorchWorkers(1)) {
            double beta = Calibration.beta(energy, new SliceData(data(4_000), 1),
                    Langevin.prediction(100).withGradientClip(20), 4_000, new LangevinSampler(workers), 1);
            assertThat(beta * c).isCloseTo(1, within(0.1));
        }
    }

    @Test
    void aCalibratedEnergyIsThatManyTimesTheEnergy() {
        try (TorchScope _ = new TorchScope(); CalibratedEnergy energy = new CalibratedEnergy(times(1), 3)) {
            Slices slices = Slices.of(new float[2], new float[2], new float[]{1, 1}, 1);
            EnergyLandscape plain = energy.energy().given(slices);
            EnergyLandscape scaled = energy.given(slices);
            Tensor u = Tensors.of(new float[]{0.1f, 0.2f, -0.3f, 0.4f}, 2, 2);
            assertThat(scaled.energy(u).sub(plain.energy(u).mul(3)).abs().amax(0).item()).isCloseTo(0, within(1e-4));
            assertThat(scaled.gradient(u).sub(plain.gradient(u).mul(3)).abs().amax(0).amax(0).item()).isCloseTo(0,
                    within(1e-4));
        }
        try (QuadraticEnergy energy = times(1)) {
            assertThatThrownBy(() -> new CalibratedEnergy(energy, 0))
                    .hasMessageContaining("the energy scaled must be a finite number > 0, found 0.0");
        }
    }
}
