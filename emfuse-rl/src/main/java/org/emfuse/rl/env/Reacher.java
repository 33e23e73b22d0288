package org.emfuse.rl.env;

import java.util.List;

import org.emfuse.rl.random.RandomStream;

/**
 * {@code Reacher2D-v0}: a {@link TwoLinkArm} moves its tip to a target and holds it there. State q1, q2, q̇1, q̇2, target
 * x, target y. Reward: {@code -(distance of tip and target) - 0.01 |τ|²}, of the state before the step. The target is
 * uniform in the ring between radii 0.2 and 1.9 link lengths. Integrated by Runge-Kutta with steps of 5 ms, shorter where friction is
 * strong.
 */
final class Reacher implements ControlTask {

    static final String NAME = "Reacher2D-v0";
    static final double TIME_STEP = 0.04;
    static final int HORIZON = 120;
    static final double[] MAX_TORQUE = {2, 1};
    private static final double CONTROL_COST = 0.01;

    static final List<Parameter> PARAMETERS = List.of(Parameter.number("mass", "kg", 1, 0.5, 5, "of each link"),
            Parameter.number("length", "m", 0.5, 0.3, 1, "of each link"),
            Parameter.number("gravity", "m/s²", 0, 0, 30, "acceleration of free fall, along -y"),
            Parameter.number("friction", "N·m·s/rad", 0.1, 0, 1, "viscous, in each joint"), SimulatedEnv.ACTION_DELAY);

    private static final ReturnReference REFERENCE = new ReturnReference(-110.4872, -20.2501);

    static final LearningSettings LEARNING = new LearningSettings(30_000, 0.99);

    private final TwoLinkArm arm;
    private final int substeps;
    private final RungeKutta integrator = new RungeKutta(6);

    Reacher(Variant variant) {
        arm = new TwoLinkArm(variant.get("mass"), variant.get("length"), variant.get("gravity"),
                variant.get("friction"));
        substeps = RungeKutta.steps(TIME_STEP, arm.largestDecayRate());
    }

    static EnvSpec spec(Variant variant) {
        double infinity = Double.POSITIVE_INFINITY;
        double reach = 2 * variant.get("length");
        return new EnvSpec(variant.id(),
                List.of(new Quantity("cos shoulder angle", "1", -1, 1), new Quantity("sin shoulder angle", "1", -1, 1),
                        new Quantity("cos elbow angle", "1", -1, 1), new Quantity("sin elbow angle", "1", -1, 1),
                        new Quantity("shoulder angular velocity", "rad/s", -infinity, infinity),
                        new Quantity("elbow angular velocity", "rad/s", -infinity, infinity),
                        new Quantity("target x", "m", -reach, reach), new Quantity("target y", "m", -reach, reach),
                        new Quantity("tip minus target, x", "m", -2 * reach, 2 * reach),
                        new Quantity("tip minus target, y", "m", -2 * reach, 2 * reach)),
                List.of(new Quantity("shoulder torque", "N·m", -MAX_TORQUE[0], MAX_TORQUE[0]),
                        new Quantity("elbow torque", "N·m", -MAX_TORQUE[1], MAX_TORQUE[1])),
                HORIZON, TIME_STEP, variant.values(), REFERENCE);
    }

    @Override
    public int stateSize() {
        return 6;
    }

    @Override
    public void start(RandomStream random, double[] state) {
        state[0] = random.uniform(-Math.PI, Math.PI);
        state[1] = random.uniform(-Math.PI, Math.PI);
        state[2] = random.uniform(-0.1, 0.1);
        state[3] = random.uniform(-0.1, 0.1);
        double inner = 0.2 * arm.length();
        double outer = 1.9 * arm.length();
        double radius = Math.sqrt(random.uniform(inner * inner, outer * outer));
        double angle = random.uniform(-Math.PI, Math.PI);
        state[4] = radius * Math.cos(angle);
        state[5] = radius * Math.sin(angle);
    }

    @Override
    public double advance(double[] state, double[] action) {
        double[] tip = arm.tip(state[0], state[1]);
        double reward = reward(tip[0] - state[4], tip[1] - state[5], action);
        // The target's two coordinates keep their rate of 0.
        integrator.advance((s, rate) -> arm.rate(s, action, rate), state, TIME_STEP, substeps);
        return reward;
    }

    private static double reward(double dx, double dy, double[] action) {
        return -Math.hypot(dx, dy) - CONTROL_COST * (action[0] * action[0] + action[1] * action[1]);
    }

    @Override
    public double reward(double[] observation, double[] action) {
        return reward(observation[8], observation[9], action);
    }

    @Override
    public double[] observe(double[] state) {
        double[] tip = arm.tip(state[0], state[1]);
        return new double[]{Math.cos(state[0]), Math.sin(state[0]), Math.cos(state[1]), Math.sin(state[1]), state[2],
            state[3], state[4], state[5], tip[0] - state[4], tip[1] - state[5]};
    }

    @Override
    public boolean terminated(double[] state) {
        return false;
    }

    @Override
    public boolean terminatedAt(double[] observation) {
        return false;
    }
}
