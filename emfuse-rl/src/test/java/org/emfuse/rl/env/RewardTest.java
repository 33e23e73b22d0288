package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleBiFunction;

import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rewards as functions of observation and action: those that the environments give. */
class RewardTest {

    @ParameterizedTest
    @ValueSource(strings = {"Pendulum-v1", "Pendulum-v1:start=hanging", "Pendulum-v1:mass=2,friction=0.3",
        "PointMass2D-v0", "PointMass2D-v0:obstacles=1", "CartPoleSwingUp-v0:start=uniform", "Reacher2D-v0"})
    void itAgreesWithTheEnvironment(String id) {
        ToDoubleBiFunction<double[], double[]> reward = Environments.reward(id);
        RandomStream random = RandomStream.of(2, "actions");
        try (Env env = Environments.make(id)) {
            for (int episode = 0; episode < 5; episode++) {
                double[] observation = env.reset(episode);
                Step step;
                do {
                    double[] action = env.spec().actionScale();
                    for (int j = 0; j < action.length; j++) {
                        action[j] *= random.uniform(-1, 1);
                    }
                    step = env.step(action);
                    assertThat(reward.applyAsDouble(observation, action)).isCloseTo(step.reward(), within(1e-9));
                    observation = step.observation();
                } while (!step.last());
            }
        }
    }

    /** A model's cosine and sine need not lie on the circle; the angle is that of their direction. */
    @Test
    void anAngleIsThatOfThePredictedDirection() {
        ToDoubleBiFunction<double[], double[]> reward = Environments.reward("Pendulum-v1");
        double angle = Math.PI / 3;
        double[] off = {0.8 * Math.cos(angle), 0.8 * Math.sin(angle), 2};
        assertThat(reward.applyAsDouble(off, new double[]{1.5}))
                .isCloseTo(-(angle * angle + 0.4 + 0.00225), within(1e-12));
    }

    @Test
    void delayedActionsAreRefused() {
        assertThatThrownBy(() -> Environments.reward("Pendulum-v1:actionDelay=2"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("actionDelay");
    }
}
