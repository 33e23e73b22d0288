package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Simulators with a reward by a rule: everything else stays. */
class KnownRewardTest extends DynamicsContract {

    private static final double[] UNIT = {1, 1};

    private final TorchWorkers workers = new TorchWorkers(1);

    private Dynamics learned() {
        double[][] precision = {{40, 0, 0}, {0, 40, 0}, {0, 0, 40}};
        return new EnergyDynamics(new QuadraticEnergy("learned", QuadraticEnergy.line(2, 1), 2, precision,
                new double[]{1, 1, 1}, QuadraticEnergy.constant(0.3, -0.2, 0.9)),
                PredictionRule.of(Langevin.prediction(30), UNIT), new LangevinSampler(workers));
    }

    @Override
    protected Dynamics make() {
        return new KnownReward(learned(), (state, action) -> 100 * state[0] + 10 * state[1] + action[0]);
    }

    @AfterEach
    void stop() {
        workers.close();
    }

    @Test
    void rewardsAreOfTheStateThatAStepBeginsInAndItsAction() {
        Histories histories = new Histories(3, 2, 2, 1);
        histories.push(0, new double[]{9, 9}, new double[]{9});
        histories.push(0, new double[]{0.5, 0.25}, new double[]{-1});
        histories.push(2, new double[]{-0.5, 0.75}, new double[]{2});
        int[] trajectories = {2, 0};
        try (Dynamics plain = learned(); Dynamics known = make()) {
            Prediction expected = plain.predict(histories, trajectories, RandomStream.of(1, "simulation"));
            Prediction found = known.predict(histories, trajectories, RandomStream.of(1, "simulation"));
            assertThat(found.rewards()).containsExactly(-50 + 7.5 + 2, 50 + 2.5 - 1);
            assertThat(found.next()).isDeepEqualTo(expected.next());
            assertThat(found.uncertainty()).containsExactly(expected.uncertainty());
            assertThat(found.slices()).containsExactly(expected.slices());
            assertThat(known.name()).contains("learned");
        }
    }
}
