package org.emfuse.rl.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.stats.Statistics;
import org.junit.jupiter.api.Test;

class FanTest {

    private static final Transitions DATA = LinearSystem.exact(5, 3, 20);

    private static Fan fan(double noise, int row, int repetitions) {
        return Fan.of(new LinearDynamics(3, noise), DATA, row, 10, repetitions, RandomStream.of(1, "fan"));
    }

    @Test
    void theSystemItselfLiesOnTheTruth() {
        Fan fan = fan(0, 25, 4);
        assertThat(fan.steps()).isEqualTo(10);
        for (double[][] quantile : new double[][][]{fan.low(), fan.median(), fan.high()}) {
            for (int step = 0; step <= 10; step++) {
                double[] truth = DATA.observation(25 + step);
                for (int j = 0; j < 2; j++) {
                    assertThat(quantile[step][j]).isCloseTo(truth[j], within(1e-5));
                }
            }
        }
    }

    /** One step adds Gaussian noise to the first coordinate: its quantiles are those of the normal distribution. */
    @Test
    void theBandHoldsEightyPercent() {
        Fan fan = fan(0.5, 25, 4000);
        double truth = DATA.observation(26)[0];
        assertThat(fan.low()[1][0]).isCloseTo(truth - 0.5 * 1.2816, within(0.05));
        assertThat(fan.median()[1][0]).isCloseTo(truth, within(0.05));
        assertThat(fan.high()[1][0]).isCloseTo(truth + 0.5 * 1.2816, within(0.05));
        assertThat(fan.high()[0]).isEqualTo(DATA.observation(25));
        assertThat(fan.high()[10][0] - fan.low()[10][0]).isGreaterThan(fan.high()[1][0] - fan.low()[1][0]);
    }

    /** As rollouts go on: from the nearest state that there can be. */
    @Test
    void statesStayWithinTheirRanges() {
        Dynamics bounded = new Bounded(new LinearDynamics(3, 0), 0.1);
        Fan fan = Fan.of(bounded, DATA, 25, 10, 2, RandomStream.of(1, "fan"));
        double[] state = DATA.observation(25);
        boolean clipped = false;
        for (int step = 0; step < 10; step++) {
            state = LinearSystem.next(state, DATA.action(25 + step)[0]);
            for (int j = 0; j < 2; j++) {
                clipped |= Math.abs(state[j]) > 0.1;
                state[j] = Math.clamp(state[j], -0.1, 0.1);
                assertThat(fan.median()[step + 1][j]).isCloseTo(state[j], within(1e-6));
            }
        }
        assertThat(clipped).isTrue();
    }

    @Test
    void episodesTooShortAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> fan(0, 21, 1)).withMessageContaining("found 1 and 19");
        assertThatIllegalArgumentException().isThrownBy(() -> fan(0, 31, 1)).withMessageContaining("found 11 and 9");
    }

    @Test
    void mediansAreOfBinsOfEquallyMany() {
        double[] x = {5, 1, 4, 2, 3, 6};
        double[] y = {50, 10, 40, 20, 30, 0};
        BinnedMedians medians = BinnedMedians.of(x, y, 2);
        assertThat(medians.x()).containsExactly(2, 5);
        assertThat(medians.y()).containsExactly(20, 40);
        assertThat(BinnedMedians.of(x, y, 100).x()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(BinnedMedians.of(new double[0], new double[0], 3).x()).isEmpty();
        assertThat(Statistics.median(x)).isEqualTo(3.5);
    }
}
