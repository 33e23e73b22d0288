package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

class ReacherTest {

    private static final double[] SPINNING = {0.4, -1.2, 2, -3, 0.3, 0.1};

    private static Reacher reacher(String id) {
        return new Reacher(Environments.variant(id));
    }

    @Test
    void theTipIsWhereForwardKinematicsPutsIt() {
        TwoLinkArm arm = new TwoLinkArm(1, 0.5, 0, 0);
        assertThat(arm.tip(0, 0)).containsExactly(new double[]{1, 0}, within(1e-15));
        assertThat(arm.tip(Math.PI / 2, 0)).containsExactly(new double[]{0, 1}, within(1e-15));
        assertThat(arm.tip(0, Math.PI / 2)).containsExactly(new double[]{0.5, 0.5}, within(1e-15));
        assertThat(arm.tip(Math.PI / 2, Math.PI)).containsExactly(new double[]{0, 0}, within(1e-15));
    }

    @Test
    void theObservationTellsTipMinusTarget() {
        try (Env env = Environments.make("Reacher2D-v0")) {
            for (long seed = 0; seed < 50; seed++) {
                double[] o = env.reset(seed);
                double q1 = Math.atan2(o[1], o[0]);
                double q2 = Math.atan2(o[3], o[2]);
                assertThat(o[8]).isCloseTo(0.5 * (Math.cos(q1) + Math.cos(q1 + q2)) - o[6], within(1e-12));
                assertThat(o[9]).isCloseTo(0.5 * (Math.sin(q1) + Math.sin(q1 + q2)) - o[7], within(1e-12));
                assertThat(Math.hypot(o[6], o[7])).as("reachable").isBetween(0.1, 0.95);
            }
        }
    }

    @Test
    void rewardIsDistanceAndEffort() {
        double[] state = {0, 0, 0, 0, 0.7, 0.4};
        double reward = reacher("Reacher2D-v0").advance(state, new double[]{2, -1});
        assertThat(reward).isCloseTo(-0.5 - 0.05, within(1e-12));
        assertThat(new double[]{state[4], state[5]}).containsExactly(0.7, 0.4);
    }

    /**
     * The equations keep the energy, so what drifts is the integrator's error: at least of fourth order, and small with the steps
     * that the environment takes.
     */
    @Test
    void keepsEnergyWithoutTorqueAndFriction() {
        for (double gravity : new double[]{0, 9.81}) {
            TwoLinkArm arm = new TwoLinkArm(1, 0.5, gravity, 0);
            double whole = energyDrift(arm, integrated(arm, 8));
            double halved = energyDrift(arm, integrated(arm, 16));
            assertThat(whole / halved).as("gravity %s", gravity).isGreaterThan(10);
            assertThat(energyDrift(arm, integrated(arm, 64))).as("gravity %s", gravity).isLessThan(1e-7);
            Reacher task = reacher("Reacher2D-v0:friction=0,gravity=" + gravity);
            assertThat(energyDrift(arm, state -> task.advance(state, new double[2]))).as("gravity %s", gravity)
                    .isEqualTo(whole).isLessThan(1e-3);
        }
    }

    private static Consumer<double[]> integrated(TwoLinkArm arm, int steps) {
        RungeKutta integrator = new RungeKutta(6);
        double[] torque = new double[2];
        return state -> integrator.advance((s, rate) -> arm.rate(s, torque, rate), state, 0.04, steps);
    }

    /** Largest difference from the start's energy, J, during an episode that starts {@link #SPINNING}. */
    private static double energyDrift(TwoLinkArm arm, Consumer<double[]> step) {
        double[] state = SPINNING.clone();
        double start = arm.energy(state);
        double farthest = 0;
        for (int t = 0; t < Reacher.HORIZON; t++) {
            step.accept(state);
            farthest = Math.max(farthest, Math.abs(arm.energy(state) - start));
        }
        assertThat(Math.abs(state[1] - SPINNING[1])).as("the arm moves").isGreaterThan(1);
        return farthest;
    }

    /** Without gravity the shoulder carries no outer torque: the angular momentum ∂T/∂q̇₁ is kept. */
    @Test
    void keepsAngularMomentumUnderElbowTorque() {
        Reacher task = reacher("Reacher2D-v0:friction=0");
        double[] state = SPINNING.clone();
        double momentum = angularMomentum(state);
        for (int t = 0; t < 30; t++) {
            task.advance(state, new double[]{0, 0.3});
            assertThat(angularMomentum(state)).isCloseTo(momentum, within(1e-5));
        }
    }

    private static double angularMomentum(double[] s) {
        double cos = Math.cos(s[1]);
        double own = 0.25 / 3;
        return (0.25 / 3 + 0.25 + own + 0.25 * cos) * s[2] + (own + 0.125 * cos) * s[3];
    }

    @Test
    void aShoulderTorqueAddsItsAngularMomentum() {
        Reacher task = reacher("Reacher2D-v0:friction=0");
        double[] state = SPINNING.clone();
        double momentum = angularMomentum(state);
        task.advance(state, new double[]{1.5, 0});
        assertThat(angularMomentum(state)).isCloseTo(momentum + 1.5 * 0.04, within(1e-7));
    }

    @Test
    void energyIsTheKineticEnergyOfTheRods() {
        TwoLinkArm arm = new TwoLinkArm(2, 0.3, 9, 0);
        double[] s = {0.4, -1.2, 2, -3};
        // Centres of mass by hand: each rod has ½ m v² + ½ (m l²/12) ω².
        double w2 = s[2] + s[3];
        double c2x = -0.3 * Math.sin(s[0]) * s[2] - 0.15 * Math.sin(s[0] + s[1]) * w2;
        double c2y = 0.3 * Math.cos(s[0]) * s[2] + 0.15 * Math.cos(s[0] + s[1]) * w2;
        double inertia = 2 * 0.09 / 12;
        double kinetic = 0.5 * 2 * (0.15 * s[2] * 0.15 * s[2] + c2x * c2x + c2y * c2y)
                + 0.5 * inertia * (s[2] * s[2] + w2 * w2);
        double potential = 2 * 9 * (0.15 * Math.sin(0.4) + 0.3 * Math.sin(0.4) + 0.15 * Math.sin(-0.8));
        assertThat(arm.energy(s)).isCloseTo(kinetic + potential, within(1e-12));
    }

    @Test
    void torquesAreTheInverseOfTheDynamics() {
        TwoLinkArm arm = new TwoLinkArm(1.3, 0.4, 9.81, 0.2);
        double[] rate = new double[6];
        arm.rate(SPINNING, new double[]{0.7, -0.4}, rate);
        double[] torques = arm.torques(new double[]{0.4, -1.2}, new double[]{2, -3}, new double[]{rate[2], rate[3]});
        assertThat(torques).containsExactly(new double[]{0.7, -0.4}, within(1e-12));
    }

    @Test
    void oneStepEqualsAFineIntegration() {
        for (String parameters : new String[]{"friction=0.1", "friction=1,mass=0.5,length=0.3", "gravity=20,mass=3"}) {
            Variant variant = Environments.variant("Reacher2D-v0:" + parameters);
            TwoLinkArm arm = new TwoLinkArm(variant.get("mass"), variant.get("length"), variant.get("gravity"),
                    variant.get("friction"));
            double[] state = SPINNING.clone();
            double[] expected = SPINNING.clone();
            double[] torque = {1.7, -0.6};
            new RungeKutta(6).advance((s, rate) -> arm.rate(s, torque, rate), expected, 0.04, 4000);
            new Reacher(variant).advance(state, torque);
            assertThat(state).as(parameters).containsExactly(expected, within(2e-5));
        }
    }

    @Test
    void gravityPullsAStretchedArmDown() {
        double[] state = {0, 0, 0, 0, 0, 0};
        reacher("Reacher2D-v0:gravity=9.81,friction=0").advance(state, new double[2]);
        assertThat(state[2]).isNegative();
        double[] weightless = {0, 0, 0, 0, 0, 0};
        reacher("Reacher2D-v0").advance(weightless, new double[2]);
        assertThat(weightless).containsOnly(0);
    }
}
