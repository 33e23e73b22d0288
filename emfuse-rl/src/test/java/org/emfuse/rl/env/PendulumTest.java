package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PendulumTest {

    private static Pendulum pendulum(String id) {
        return new Pendulum(Environments.variant(id));
    }

    /**
     * Gymnasium 1.4.0 in double precision: {@code env = gymnasium.make("Pendulum-v1").unwrapped; env.reset();
     * env.state = numpy.array([2.5, -0.75])}, then 60 times {@code env.step(numpy.array([2.6 * numpy.sin(0.37 * t)]))}, which
     * clips some of the torques and passes the bottom. Rows: step, angle, speed and reward after it.
     */
    private static final double[][] GYMNASIUM = {{0, 2.484942705403898, -0.30114589192203256, -6.30625},
        {1, 2.4998294205396236, 0.29773430271450607, -6.18489311023369},
        {2, 2.5503125797286708, 1.009663183780938, -6.26108523320607},
        {9, 3.6155113130559218, 3.3829494499248707, -9.402806488152978},
        {19, 3.4220531654772657, -2.517340127393625, -8.102734864638741},
        {29, 2.6823444020087353, -1.0284972472784686, -7.582753039162917},
        {39, 2.975955739339374, 3.0463315490267395, -8.607884234808315},
        {49, 3.8624220498332544, -1.4181157179080799, -5.5641301316560074},
        {59, 2.8289680292103907, -1.0191704687367529, -8.456908483181229}};

    @Test
    void followsGymnasium() {
        double[] state = {2.5, -0.75};
        Pendulum pendulum = pendulum("Pendulum-v1");
        int row = 0;
        for (int t = 0; t < 60; t++) {
            double reward = pendulum.advance(state, new double[]{Math.clamp(2.6 * Math.sin(0.37 * t), -2, 2)});
            if (t == GYMNASIUM[row][0]) {
                assertThat(state[0]).isCloseTo(GYMNASIUM[row][1], within(1e-10));
                assertThat(state[1]).isCloseTo(GYMNASIUM[row][2], within(1e-10));
                assertThat(reward).isCloseTo(GYMNASIUM[row][3], within(1e-10));
                row++;
            }
        }
        assertThat(row).isEqualTo(GYMNASIUM.length);
    }

    @Test
    void followsThePublishedEquationsForEveryParameter() {
        double[] state = {0.7, 1.1};
        double reward = pendulum("Pendulum-v1:mass=1.5,gravity=9,length=0.8,friction=0.2").advance(state,
                new double[]{-1.3});
        double speed = 1.1 + (3 * 9 / (2 * 0.8) * Math.sin(0.7) + 3 / (1.5 * 0.64) * (-1.3 - 0.2 * 1.1)) * 0.05;
        assertThat(state[1]).isCloseTo(speed, within(1e-12));
        assertThat(state[0]).isCloseTo(0.7 + 0.05 * speed, within(1e-12));
        assertThat(reward).isCloseTo(-(0.49 + 0.1 * 1.21 + 0.001 * 1.69), within(1e-12));
    }

    @Test
    void speedIsLimited() {
        double[] state = {1.5, 7.9};
        pendulum("Pendulum-v1").advance(state, new double[]{2});
        assertThat(state).containsExactly(1.5 + 8 * 0.05, 8);
    }

    @Test
    void theRewardIsTheSameAfterFullTurns() {
        for (double angle : new double[]{-3, -0.1, 0, 2, 3.1}) {
            assertThat(Pendulum.normalised(angle + 6 * Math.PI)).isCloseTo(angle, within(1e-12));
            assertThat(Pendulum.normalised(angle - 2 * Math.PI)).isCloseTo(angle, within(1e-12));
        }
        assertThat(Pendulum.normalised(Math.PI)).isEqualTo(-Math.PI);
    }

    @Test
    void energyStaysWithinTheBoundsOfSymplecticEulerWithoutTorque() {
        Pendulum pendulum = pendulum("Pendulum-v1");
        double[] state = {Math.PI - 0.5, 0};
        double start = energy(state);
        double farthest = 0;
        for (int t = 0; t < 20_000; t++) {
            pendulum.advance(state, new double[]{0});
            farthest = Math.max(farthest, Math.abs(energy(state) - start));
        }
        // The method of the published equations is symplectic: the error oscillates with the step, and does not grow.
        assertThat(farthest).isBetween(1e-3, 0.1);
    }

    private static double energy(double[] state) {
        return state[1] * state[1] / 6 + 5 * Math.cos(state[0]);
    }

    @Test
    void frictionTakesEnergy() {
        Pendulum pendulum = pendulum("Pendulum-v1:friction=0.1");
        double[] state = {Math.PI - 1, 0};
        double start = energy(state);
        for (int t = 0; t < 200; t++) {
            pendulum.advance(state, new double[]{0});
        }
        assertThat(energy(state)).isLessThan(start - 1);
    }

    /** Gymnasium: angle uniform within π, speed uniform within 1. The bounds are 4 standard errors of the quarters' counts. */
    @Test
    void startsUniformlyWithinThePublishedRanges() {
        int[] counts = new int[8];
        double farthest = 0;
        double fastest = 0;
        for (long seed = 0; seed < 4000; seed++) {
            double[] observation = Environments.make("Pendulum-v1").reset(seed);
            double angle = Math.atan2(observation[1], observation[0]);
            counts[(int) Math.floor((angle + Math.PI) / (Math.PI / 2))]++;
            counts[4 + (int) Math.floor((observation[2] + 1) / 0.5)]++;
            farthest = Math.max(farthest, Math.abs(angle));
            fastest = Math.max(fastest, Math.abs(observation[2]));
        }
        assertThat(farthest).isBetween(Math.PI - 0.02, Math.PI);
        assertThat(fastest).isBetween(1 - 0.005, 1.0);
        int room = (int) (4 * Math.sqrt(4000 * 0.25 * 0.75));
        for (int count : counts) {
            assertThat(count).isBetween(1000 - room, 1000 + room);
        }
    }

    @Test
    void startsWhereTheParameterSays() {
        for (long seed = 0; seed < 50; seed++) {
            double[] upright = Environments.make("Pendulum-v1:start=upright").reset(seed);
            double[] hanging = Environments.make("Pendulum-v1:start=hanging").reset(seed);
            assertThat(upright[0]).isGreaterThanOrEqualTo(Math.cos(0.5));
            assertThat(hanging[0]).isLessThanOrEqualTo(-Math.cos(0.5));
            assertThat(Math.abs(hanging[2])).isLessThanOrEqualTo(1);
        }
    }
}
