package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;

class PointMassTest {

    private static PointMass pointMass(String id) {
        return new PointMass(Environments.variant(id));
    }

    @Test
    void frictionlessMotionIsUniformlyAccelerated() {
        double[] state = {0.5, -1, 0.3, 0.2};
        double reward = pointMass("PointMass2D-v0:mass=2").advance(state, new double[]{0.8, -0.4});
        assertThat(state).containsExactly(new double[]{0.5 + 0.03 + 0.5 * 0.4 * 0.01, -1 + 0.02 - 0.5 * 0.2 * 0.01,
            0.3 + 0.04, 0.2 - 0.02}, within(1e-15));
        assertThat(reward).isCloseTo(-(0.25 + 1 + 0.1 * (0.09 + 0.04) + 0.64 + 0.16), within(1e-15));
    }

    @Test
    void oneStepEqualsAFineIntegrationForEveryFriction() {
        for (double friction : new double[]{1e-9, 1e-4, 0.019, 0.021, 0.5, 5}) {
            double mass = 0.2;
            double[] state = {0.5, -1, 0.3, 0.2};
            double[] expected = state.clone();
            double[] force = {0.8, -0.4};
            new RungeKutta(4).advance((s, rate) -> {
                for (int axis = 0; axis < 2; axis++) {
                    rate[axis] = s[2 + axis];
                    rate[2 + axis] = (force[axis] - friction * s[2 + axis]) / mass;
                }
            }, expected, PointMass.TIME_STEP, 2000);
            pointMass("PointMass2D-v0:mass=0.2,friction=" + friction).advance(state, force);
            assertThat(state).as("friction %s", friction).containsExactly(expected, within(1e-12));
        }
    }

    @Test
    void matricesDescribeTheStep() {
        PointMass task = pointMass("PointMass2D-v0:mass=1.5,friction=0.7");
        double[] state = {0.5, -1, 0.3, 0.2};
        double[][] a = task.stateMatrix();
        double[][] b = task.inputMatrix();
        double x = a[0][0] * 0.5 + a[0][1] * 0.3 + b[0][0] * 0.9;
        double speed = a[1][0] * 0.5 + a[1][1] * 0.3 + b[1][0] * 0.9;
        task.advance(state, new double[]{0.9, 0});
        assertThat(state[0]).isCloseTo(x, within(1e-15));
        assertThat(state[2]).isCloseTo(speed, within(1e-15));
    }

    @Test
    void farFromObstaclesTheirVariantMovesTheSame() {
        double[] free = {0.9, 0.9, -0.3, 0.2};
        double[] obstructed = free.clone();
        pointMass("PointMass2D-v0:friction=0.3").advance(free, new double[]{-0.5, 0.7});
        pointMass("PointMass2D-v0:friction=0.3,obstacles=1").advance(obstructed, new double[]{-0.5, 0.7});
        assertThat(obstructed).containsExactly(free, within(1e-14));
    }

    @Test
    void anObstacleStopsTheMotionIntoIt() {
        double[] state = {0, 0.95, 0, -1.2};
        PointMass task = pointMass("PointMass2D-v0:obstacles=1");
        for (int t = 0; t < 20; t++) {
            task.advance(state, new double[]{0, -1});
        }
        assertThat(state).containsExactly(new double[]{0, 0.85, 0, 0}, within(1e-12));
    }

    @Test
    void contactKeepsTheVelocityAlongTheRim() {
        double[] state = {0.0, 0.85, 0.5, -0.5};
        pointMass("PointMass2D-v0:obstacles=1").advance(state, new double[]{0, 0});
        double distance = Math.hypot(state[0], state[1] - 0.6);
        assertThat(distance).isBetween(0.25 - 1e-12, 0.26);
        double inward = -(state[0] * state[2] + (state[1] - 0.6) * state[3]) / distance;
        assertThat(inward).isLessThan(1e-12);
        assertThat(Math.hypot(state[2], state[3])).isBetween(0.4, 0.55);
    }

    @Test
    void neverRestsInsideAnObstacle() {
        RandomStream random = RandomStream.of(3, "contact");
        try (Env env = Environments.make("PointMass2D-v0:obstacles=1,mass=0.3")) {
            int contacts = 0;
            for (int episode = 0; episode < 100; episode++) {
                double[] observation = env.reset(episode);
                assertThat(PointMass.inObstacle(observation[0], observation[1])).isFalse();
                double[] force = {random.uniform(-1, 1), random.uniform(-1, 1)};
                for (int t = 0; t < 20; t++) {
                    observation = env.step(force).observation();
                    double[] outwards = nudged(observation);
                    assertThat(PointMass.inObstacle(outwards[0], outwards[1])).isFalse();
                    contacts += PointMass.inObstacle(2 * observation[0] - outwards[0],
                            2 * observation[1] - outwards[1]) ? 1 : 0;
                }
            }
            assertThat(contacts).isGreaterThan(10);
        }
    }

    /** The point moved by 1e-9 away from the nearest of the discs at 90°, 210° and 330°. */
    private static double[] nudged(double[] p) {
        double[] best = {0, 0};
        double nearest = Double.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            double angle = Math.toRadians(90 + 120 * i);
            double dx = p[0] - 0.6 * Math.cos(angle);
            double dy = p[1] - 0.6 * Math.sin(angle);
            double distance = Math.hypot(dx, dy);
            if (distance < nearest) {
                nearest = distance;
                best = new double[]{p[0] + 1e-9 * dx / distance, p[1] + 1e-9 * dy / distance};
            }
        }
        return best;
    }

    @Test
    void startsInItsHalf() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(Environments.make("PointMass2D-v0:start=left").reset(seed)[0]).isBetween(-1.0, 0.0);
            assertThat(Environments.make("PointMass2D-v0:start=right").reset(seed)[0]).isBetween(0.0, 1.0);
        }
    }
}
