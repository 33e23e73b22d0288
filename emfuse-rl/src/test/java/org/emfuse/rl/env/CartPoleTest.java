package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CartPoleTest {

    private static final double[] SWINGING = {0.1, -0.3, 2, 1.5};

    private static CartPole cartPole(String id) {
        return new CartPole(Environments.variant(id));
    }

    private static double[] fine(CartPole task, double[] start, double force, double time, int steps) {
        double[] state = start.clone();
        new RungeKutta(4).advance((s, rate) -> task.rate(s, force, rate), state, time, steps);
        return state;
    }

    @Test
    void keepsEnergyAndMomentumWithoutForceAndFriction() {
        CartPole task = cartPole("CartPoleSwingUp-v0:mass=0.4");
        double[] state = SWINGING.clone();
        double energy = task.energy(state);
        double momentum = task.momentum(state);
        double kineticSeen = 0;
        for (int t = 0; t < 500; t++) {
            task.advance(state, new double[]{0});
            kineticSeen = Math.max(kineticSeen, Math.abs(state[3]));
            assertThat(task.energy(state)).isCloseTo(energy, within(1e-5));
            assertThat(task.momentum(state)).isCloseTo(momentum, within(1e-7));
        }
        assertThat(kineticSeen).as("the pole swings").isGreaterThan(3);
    }

    @Test
    void aForceAddsItsImpulseAndItsWork() {
        CartPole task = cartPole("CartPoleSwingUp-v0");
        double[] state = SWINGING.clone();
        double momentum = task.momentum(state);
        task.advance(state, new double[]{7});
        assertThat(task.momentum(state)).isCloseTo(momentum + 7 * 0.04, within(1e-8));
        double[] moved = SWINGING.clone();
        double energy = task.energy(moved);
        task.advance(moved, new double[]{7});
        assertThat(task.energy(moved)).isCloseTo(energy + 7 * (moved[0] - SWINGING[0]), within(1e-6));
    }

    @Test
    void oneStepEqualsAFineIntegration() {
        for (String id : new String[]{"CartPoleSwingUp-v0", "CartPoleSwingUp-v0:friction=2,poleFriction=0.05,mass=0.05",
            "CartPoleSwingUp-v0:cartMass=0.3,mass=0.5,length=0.5,gravity=20"}) {
            CartPole task = cartPole(id);
            double[] state = {0.2, 1, -2.5, 4};
            double[] expected = fine(task, state, -8, 0.04, 4000);
            task.advance(state, new double[]{-8});
            assertThat(state).as(id).containsExactly(expected, within(5e-6));
        }
    }

    /** The equations of motion as published, left side minus right side. */
    @Test
    void ratesSolveTheEquationsOfMotion() {
        CartPole task = cartPole(
                "CartPoleSwingUp-v0:cartMass=1.2,mass=0.3,length=0.8,gravity=9,friction=0.4,poleFriction=0.02");
        double[] s = {0.3, -0.7, 1.1, 2.3};
        double[] rate = new double[4];
        task.rate(s, 3.5, rate);
        double l = 0.4;
        double forces = 1.5 * rate[1] + 0.3 * l * (rate[3] * Math.cos(s[2]) - s[3] * s[3] * Math.sin(s[2])) - 3.5
                + 0.4 * s[1];
        double torques = 4.0 / 3 * 0.3 * l * l * rate[3] + 0.3 * l * rate[1] * Math.cos(s[2])
                - 0.3 * 9 * l * Math.sin(s[2]) + 0.02 * s[3];
        assertThat(forces).isCloseTo(0, within(1e-12));
        assertThat(torques).isCloseTo(0, within(1e-12));
    }

    /** On a cart of mass M: ω² = g / (l (4/3 - m/(M + m))). */
    @Test
    void aHangingPoleSwingsWithTheSmallAnglePeriod() {
        CartPole task = cartPole("CartPoleSwingUp-v0");
        double period = 2 * Math.PI / Math.sqrt(9.81 / (0.5 * (4.0 / 3 - 0.1 / 1.1)));
        double[] released = {0, 0, Math.PI + 1e-3, 0};
        double[] afterHalf = fine(task, released, 0, period / 2, 1000);
        double[] afterAll = fine(task, released, 0, period, 1000);
        assertThat(afterHalf[2]).isCloseTo(Math.PI - 1e-3, within(1e-8));
        assertThat(afterAll[2]).isCloseTo(Math.PI + 1e-3, within(1e-8));
    }

    @Test
    void frictionsTakeEnergy() {
        for (String friction : new String[]{"friction=1", "poleFriction=0.01"}) {
            CartPole task = cartPole("CartPoleSwingUp-v0:" + friction);
            double[] state = SWINGING.clone();
            double energy = task.energy(state);
            for (int t = 0; t < 50; t++) {
                task.advance(state, new double[]{0});
            }
            assertThat(task.energy(state)).as(friction).isLessThan(energy - 1e-3);
        }
    }

    @Test
    void rewardIsOneAtRestUprightInTheMiddleAndZeroHanging() {
        CartPole task = cartPole("CartPoleSwingUp-v0");
        assertThat(task.advance(new double[4], new double[]{0})).isEqualTo(1);
        assertThat(task.advance(new double[]{0, 0, Math.PI, 0}, new double[]{0})).isCloseTo(0, within(1e-15));
        assertThat(task.advance(new double[]{1.2, 5, Math.PI / 3, 5}, new double[]{-10}))
                .isCloseTo(0.75 * 0.875 * 0.5 * (1 + Math.exp(-1)) * 0.9, within(1e-12));
    }

    @Test
    void leavingTheTrackTerminates() {
        try (Env env = Environments.make("CartPoleSwingUp-v0")) {
            double[] observation = env.reset(0);
            Step step;
            int steps = 0;
            do {
                assertThat(Math.abs(observation[0])).isLessThanOrEqualTo(2.4);
                step = env.step(new double[]{10});
                observation = step.observation();
                steps++;
            } while (!step.last());
            assertThat(step.terminated()).isTrue();
            assertThat(observation[0]).isGreaterThan(2.4);
            assertThat(steps).isLessThan(40);
        }
    }
}
