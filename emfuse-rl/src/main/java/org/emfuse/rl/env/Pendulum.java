package org.emfuse.rl.env;

import java.util.List;

import org.emfuse.rl.random.RandomStream;

/**
 * {@code Pendulum-v1} of Gymnasium: a uniform rod on a hinge, swung up by a torque too weak to lift it. The angle is 0
 * upright. Semi-implicit Euler, as published; with θ, ω before the step and torque u:
 *
 * <pre>
 * reward = -(θ² + 0.1 ω² + 0.001 u²), θ taken within [-π, π)
 * ω' = clip(ω + (3g/(2l) sin θ + 3/(m l²) (u - friction ω)) dt, ±8)
 * θ' = θ + ω' dt
 * </pre>
 */
final class Pendulum implements ControlTask {

    static final String NAME = "Pendulum-v1";
    static final double TIME_STEP = 0.05;
    static final double MAX_SPEED = 8;
    static final double MAX_TORQUE = 2;
    static final int HORIZON = 200;

    static final List<Parameter> PARAMETERS = List.of(Parameter.number("mass", "kg", 1, 0.1, 10, "of the rod"),
            Parameter.number("gravity", "m/s²", 10, 0, 30, "acceleration of free fall"),
            Parameter.number("length", "m", 1, 0.1, 10, "of the rod"),
            Parameter.number("friction", "N·m·s/rad", 0, 0, 5, "viscous, in the hinge"), SimulatedEnv.ACTION_DELAY,
            Parameter.choice("start", List.of("uniform", "hanging", "upright"),
                    "angle within π, within 0.5 rad of hanging, or within 0.5 rad of upright"));

    private static final ReturnReference REFERENCE = new ReturnReference(-1219.1952, -154.1215);

    static final LearningSettings LEARNING = new LearningSettings(10_000, 0.99);

    private final double mass;
    private final double gravity;
    private final double length;
    private final double friction;
    private final int start;

    Pendulum(Variant variant) {
        mass = variant.get("mass");
        gravity = variant.get("gravity");
        length = variant.get("length");
        friction = variant.get("friction");
        start = (int) variant.get("start");
    }

    static EnvSpec spec(Variant variant) {
        return new EnvSpec(variant.id(),
                List.of(new Quantity("cos angle", "1", -1, 1), new Quantity("sin angle", "1", -1, 1),
                        new Quantity("angular velocity", "rad/s", -MAX_SPEED, MAX_SPEED)),
                List.of(new Quantity("torque", "N·m", -MAX_TORQUE, MAX_TORQUE)), HORIZON, TIME_STEP, variant.values(),
                REFERENCE);
    }

    @Override
    public int stateSize() {
        return 2;
    }

    @Override
    public void start(RandomStream random, double[] state) {
        double spread = start == 0 ? Math.PI : 0.5;
        double centre = start == 1 ? Math.PI : 0;
        state[0] = centre + random.uniform(-spread, spread);
        state[1] = random.uniform(-1, 1);
    }

    @Override
    public double advance(double[] state, double[] action) {
        double angle = state[0];
        double speed = state[1];
        double torque = action[0];
        double reward = reward(normalised(angle), speed, torque);
        double acceleration = 3 * gravity / (2 * length) * Math.sin(angle)
                + 3.0 / (mass * length * length) * (torque - friction * speed);
        state[1] = Math.clamp(speed + acceleration * TIME_STEP, -MAX_SPEED, MAX_SPEED);
        state[0] = angle + state[1] * TIME_STEP;
        return reward;
    }

    private static double reward(double reduced, double speed, double torque) {
        return -(reduced * reduced + 0.1 * (speed * speed) + 0.001 * (torque * torque));
    }

    @Override
    public double reward(double[] observation, double[] action) {
        return reward(Math.atan2(observation[1], observation[0]), observation[2], action[0]);
    }

    /** The angle in [-π, π). */
    static double normalised(double angle) {
        double turns = (angle + Math.PI) / (2 * Math.PI);
        return (turns - Math.floor(turns)) * 2 * Math.PI - Math.PI;
    }

    @Override
    public double[] observe(double[] state) {
        return new double[]{Math.cos(state[0]), Math.sin(state[0]), state[1]};
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
