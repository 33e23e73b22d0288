package org.emfuse.rl.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;

/** Open-loop errors of simulators that are right, and of one that is wrong by a known amount. */
class OpenLoopTest {

    private static final double[] UNIT = {1, 2};

    private static OpenLoop of(ExactSimulator simulator, Transitions data) {
        return OpenLoop.of(simulator.dynamics(), data, 40, OpenLoop.HORIZONS, UNIT, 4, RandomStream.of(1, "open loop"));
    }

    @Test
    void theSystemItselfHasNoError() {
        try (ExactSimulator simulator = new ExactSimulator(2)) {
            OpenLoop open = of(simulator, LinearSystem.exact(3, 4, 60));
            assertThat(open.horizons()).containsExactly(1, 5, 10, 50);
            for (int h = 0; h < 4; h++) {
                assertThat(open.states()[h]).isLessThan(5e-3);
                assertThat(open.rewards()[h]).isLessThan(5e-3);
            }
            assertThat(open.uncertainties()).hasSize(40);
            assertThat(open.errors()).hasSize(40);
        }
    }

    /** Wrong by 0.1 in both coordinates: after one step (0.1/1, 0.1/2) in units; errors then grow as the system carries them. */
    @Test
    void aKnownBiasIsTheErrorAndIsCarriedOn() {
        double bias = 0.1;
        try (ExactSimulator simulator = ExactSimulator.biased(1, bias)) {
            OpenLoop open = of(simulator, LinearSystem.exact(3, 4, 60));
            double[] error = {0, 0};
            for (int step = 1; step <= 50; step++) {
                error = LinearSystem.next(error, 0);
                double reward = error[0]; // the reward of the step is that of the state, without the bias
                error[0] += bias;
                error[1] += bias;
                int h = open.horizons().indexOf(step);
                if (h >= 0) {
                    assertThat(open.states()[h])
                            .isCloseTo(Math.sqrt((error[0] * error[0] + error[1] * error[1] / 4) / 2), within(5e-3));
                    assertThat(open.rewards()[h]).isCloseTo(Math.abs(reward) / 4, within(5e-3));
                }
            }
        }
    }

    @Test
    void horizonsBeyondTheDataAreLeftOut() {
        try (ExactSimulator simulator = new ExactSimulator(3)) {
            OpenLoop open = of(simulator, LinearSystem.exact(3, 4, 12));
            assertThat(open.states()[2]).isLessThan(0.01); // two pairs before, ten steps on: one segment an episode
            assertThat(open.states()[3]).isNaN();
            assertThat(open.rewards()[3]).isNaN();
            assertThat(open.diverged()).containsOnly(0);
        }
    }

    @Test
    void whereNoEpisodeIsSoLongShorterHistoriesHaveToDo() {
        try (ExactSimulator simulator = new ExactSimulator(3)) {
            OpenLoop open = of(simulator, LinearSystem.exact(3, 4, 2));
            assertThat(open.uncertainties()).hasSize(4); // one pair before, one step on
            assertThat(open.states()[0]).isLessThan(5e-3);
            assertThat(open.states()[1]).isNaN();
        }
    }

    /** The simulator breaks where the first coordinate is beyond 0.3: those segments are counted, the others are right. */
    @Test
    void segmentsThatBreakAreLeftOutAndCounted() {
        Transitions data = LinearSystem.exact(3, 4, 60);
        try (ExactSimulator simulator = ExactSimulator.brokenBeyond(1, 0.3)) {
            OpenLoop open = of(simulator, data);
            assertThat(open.diverged()[0]).isBetween(1, 39);
            assertThat(open.errors()).hasSize(40 - open.diverged()[0]).doesNotContain(Double.NaN);
            assertThat(open.uncertainties()).hasSameSizeAs(open.errors());
            assertThat(open.states()[0]).isLessThan(5e-3);
            assertThat(open.diverged()[2]).isGreaterThan(open.diverged()[0]);
        }
        try (ExactSimulator simulator = ExactSimulator.brokenBeyond(1, Double.NEGATIVE_INFINITY)) {
            OpenLoop open = of(simulator, data);
            assertThat(open.diverged()[0]).isEqualTo(40);
            assertThat(open.states()[0]).isNaN();
            assertThat(open.errors()).isEmpty();
            assertThat(open.correlation()).isNaN();
        }
    }

    @Test
    void atLeastOneSegmentIsAskedFor() {
        try (ExactSimulator simulator = new ExactSimulator(1)) {
            assertThatThrownBy(
                    () -> OpenLoop.of(simulator.dynamics(), LinearSystem.exact(3, 4, 2), 0, List.of(1), UNIT, 1,
                            RandomStream.of(1, "open loop")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found 0");
        }
    }
}
