package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.Predicate;

import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When tasks end, as a function of observations that a model may have predicted. */
class TerminationTest {

    private static final double UP = Math.nextUp(2.4);

    @Test
    void theCartEndsBeyondTheTrackOnBothSides() {
        Predicate<double[]> ends = Environments.termination("CartPoleSwingUp-v0");
        int size = Environments.spec("CartPoleSwingUp-v0").observations().size();
        for (double[] row : new double[][]{{0, 0}, {2.4, 0}, {-2.4, 0}, {UP, 1}, {-UP, 1}, {100, 1}, {-100, 1}}) {
            double[] observation = new double[size];
            observation[0] = row[0];
            observation[size - 1] = 50; // however fast the pole turns
            assertThat(ends.test(observation)).as("x = " + row[0]).isEqualTo(row[1] == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pendulum-v1", "PointMass2D-v0", "PointMass2D-v0:obstacles=1", "Reacher2D-v0"})
    void theOtherTasksNeverEnd(String id) {
        double[] observation = new double[Environments.spec(id).observations().size()];
        for (double value : new double[]{0, 1, -1, 1e6, -1e6}) {
            Arrays.fill(observation, value);
            assertThat(Environments.termination(id).test(observation)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"Pendulum-v1, NaN", "CartPoleSwingUp-v0, NaN", "PointMass2D-v0, NaN", "Reacher2D-v0, NaN",
        "Pendulum-v1, Infinity", "CartPoleSwingUp-v0, -Infinity"})
    void aStateThatIsNoneEndsEveryTask(String id, double value) {
        Predicate<double[]> ends = Environments.termination(id);
        for (int j = 0; j < Environments.spec(id).observations().size(); j++) {
            double[] observation = new double[Environments.spec(id).observations().size()];
            observation[j] = value;
            assertThat(ends.test(observation)).as("coordinate " + j).isTrue();
        }
    }

    /** Where the environment itself ends, and nowhere else. */
    @ParameterizedTest
    @ValueSource(strings = {"Pendulum-v1", "CartPoleSwingUp-v0", "PointMass2D-v0", "Reacher2D-v0"})
    void itAgreesWithTheEnvironment(String id) {
        Predicate<double[]> ends = Environments.termination(id);
        RandomStream random = RandomStream.of(1, "actions");
        int ended = 0;
        try (Env env = Environments.make(id)) {
            for (int episode = 0; episode < 10; episode++) {
                env.reset(episode);
                int p = env.spec().actions().size();
                double push = random.uniform(-1, 1);
                Step step;
                do {
                    double[] action = new double[p];
                    for (int j = 0; j < p; j++) {
                        action[j] = env.spec().actions().get(j).high() * Math.signum(push);
                    }
                    step = env.step(action);
                    assertThat(ends.test(step.observation())).isEqualTo(step.terminated());
                    ended += step.terminated() ? 1 : 0;
                } while (!step.terminated() && !step.truncated());
            }
        }
        assertThat(ended).isEqualTo(id.startsWith("CartPole") ? 10 : 0);
    }

    @Test
    void unknownTasksAreRefused() {
        assertThatThrownBy(() -> Environments.termination("Hopper-v9")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Hopper-v9");
    }
}
