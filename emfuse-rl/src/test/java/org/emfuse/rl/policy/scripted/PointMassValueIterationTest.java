package org.emfuse.rl.policy.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.PointMass;
import org.junit.jupiter.api.Test;

class PointMassValueIterationTest {

    private static final EnvSpec FREE = Environments.spec("PointMass2D-v0");
    private static final EnvSpec OBSTRUCTED = Environments.spec("PointMass2D-v0:obstacles=1");

    private static double cost(EnvSpec spec, FiniteHorizonController controller, double... start) {
        PointMass task = new PointMass(spec);
        double[] state = start.clone();
        double cost = 0;
        for (int t = 0; t < spec.horizon(); t++) {
            cost -= task.advance(state, controller.act(t, state));
        }
        return cost;
    }

    /** The excess is 0 but where the force limit is reached, at the grid's border. */
    @Test
    void withoutObstaclesItIsLqr() {
        PointMassValueIteration iteration = new PointMassValueIteration(FREE, 9, 7);
        PointMassLqr lqr = new PointMassLqr(FREE);
        for (double[] start : new double[][]{{0.5, -0.3, 0, 0}, {-0.2, 0.6, 0.1, -0.1}, {0.9, 0.1, 0, 0}}) {
            double least = lqr.costToGo(0, start);
            assertThat(iteration.costToGo(0, start)).isCloseTo(least, within(1e-2 * least));
            assertThat(cost(FREE, iteration, start)).isCloseTo(least, within(1e-3 * least));
        }
    }

    /** Behind a disc, on the line through its centre, LQR pushes against it for ever. */
    @Test
    void goesAroundObstacles() {
        PointMassValueIteration iteration = new PointMassValueIteration(OBSTRUCTED, 13, 7);
        PointMassLqr lqr = new PointMassLqr(OBSTRUCTED);
        double[] behind = {0, 0.95, 0, 0};
        assertThat(cost(OBSTRUCTED, iteration, behind)).isLessThan(0.4 * cost(OBSTRUCTED, lqr, behind))
                .isGreaterThan(lqr.costToGo(0, behind));
        double[] returns = EpisodeReturns.of(OBSTRUCTED.id(), iteration, 0, 300);
        double[] straight = EpisodeReturns.of(OBSTRUCTED.id(), lqr, 0, 300);
        assertThat(EpisodeReturns.mean(returns)).isGreaterThan(EpisodeReturns.mean(straight) + 0.2);
    }

    @Test
    void refusesWhatItCannotSolve() {
        assertThatThrownBy(() -> new PointMassValueIteration(FREE, 1, 5)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found 1 and 5");
        EnvSpec delayed = Environments.spec("PointMass2D-v0:actionDelay=2");
        assertThatThrownBy(() -> new PointMassValueIteration(delayed, 5, 5))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("actionDelay=0");
    }
}
