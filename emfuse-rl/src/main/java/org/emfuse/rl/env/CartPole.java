package org.emfuse.rl.env;

import java.util.List;

import org.emfuse.rl.random.RandomStream;

/**
 * {@code CartPoleSwingUp-v0}: a cart on a track swings up a uniform rod that hangs from it, and balances it. State x, ẋ,
 * θ, θ̇; θ is 0 upright. With cart mass M, pole mass m, half the pole's length l, force F, viscous friction b of the cart
 * and c of the hinge (Florian, "Correct equations for the dynamics of the cart-pole system", 2007):
 *
 * <pre>
 * (M + m) ẍ + m l (θ̈ cos θ - θ̇² sin θ) = F - b ẋ
 * 4/3 m l² θ̈ + m l ẍ cos θ - m g l sin θ = -c θ̇
 * reward = (1 + cos θ)/2 · (1 - ½ (x/2.4)²) · ½ (1 + exp(-(θ̇/5)²)) · (1 - 0.1 (F/10)²)
 * </pre>
 *
 * The reward is that of the state before the step, in [0, 1]. The episode terminates when the cart leaves the track, |x| >
 * 2.4 m. Integrated by Runge-Kutta with steps of 5 ms,
 * shorter where friction is strong.
 */
final class CartPole implements ControlTask {

    static final String NAME = "CartPoleSwingUp-v0";
    static final double TIME_STEP = 0.04;
    static final double MAX_FORCE = 10;
    static final double TRACK = 2.4;
    static final int HORIZON = 250;
    private static final double CALM_SPEED = 5;

    static final List<Parameter> PARAMETERS = List.of(Parameter.number("cartMass", "kg", 1, 0.2, 5, "of the cart"),
            Parameter.number("mass", "kg", 0.1, 0.02, 1, "of the pole"),
            Parameter.number("length", "m", 1, 0.3, 3, "of the pole"),
            Parameter.number("gravity", "m/s²", 9.81, 0, 30, "acceleration of free fall"),
            Parameter.number("friction", "N·s/m", 0, 0, 5, "viscous, between cart and track"),
            Parameter.number("poleFriction", "N·m·s/rad", 0, 0, 0.05, "viscous, in the hinge"),
            SimulatedEnv.ACTION_DELAY, Parameter.choice("start", List.of("hanging", "upright", "uniform"),
                    "pole within 0.1 rad of hanging, within 0.2 rad of upright, or anywhere"));

    private static final ReturnReference REFERENCE = new ReturnReference(3.5297, 189.5266);

    static final LearningSettings LEARNING = new LearningSettings(50_000, 0.99);

    private final double cartMass;
    private final double mass;
    private final double half;
    private final double gravity;
    private final double friction;
    private final double poleFriction;
    private final int start;
    private final int substeps;
    private final RungeKutta integrator = new RungeKutta(4);

    CartPole(Variant variant) {
        cartMass = variant.get("cartMass");
        mass = variant.get("mass");
        half = variant.get("length") / 2;
        gravity = variant.get("gravity");
        friction = variant.get("friction");
        poleFriction = variant.get("poleFriction");
        start = (int) variant.get("start");
        // The hinge's decay rate is largest where the pole is upright.
        double inertia = mass * half * half * (4.0 / 3 - mass / (cartMass + mass));
        substeps = RungeKutta.steps(TIME_STEP, poleFriction / inertia + friction / (cartMass + mass));
    }

    static EnvSpec spec(Variant variant) {
        double infinity = Double.POSITIVE_INFINITY;
        return new EnvSpec(variant.id(),
                List.of(new Quantity("cart position", "m", -infinity, infinity),
                        new Quantity("cart velocity", "m/s", -infinity, infinity),
                        new Quantity("cos pole angle", "1", -1, 1), new Quantity("sin pole angle", "1", -1, 1),
                        new Quantity("pole angular velocity", "rad/s", -infinity, infinity)),
                List.of(new Quantity("force on the cart", "N", -MAX_FORCE, MAX_FORCE)), HORIZON, TIME_STEP,
                variant.values(), REFERENCE);
    }

    @Override
    public int stateSize() {
        return 4;
    }

    @Override
    public void start(RandomStream random, double[] state) {
        double spread = switch (start) {
            case 0 -> 0.1;
            case 1 -> 0.2;
            default -> Math.PI;
        };
        state[0] = random.uniform(-0.1, 0.1);
        state[1] = random.uniform(-0.1, 0.1);
        state[2] = (start == 0 ? Math.PI : 0) + random.uniform(-spread, spread);
        state[3] = random.uniform(-0.1, 0.1);
    }

    @Override
    public double advance(double[] state, double[] action) {
        double force = action[0];
        double reward = reward(state[0], Math.cos(state[2]), state[3], force);
        integrator.advance((s, rate) -> rate(s, force, rate), state, TIME_STEP, substeps);
        return reward;
    }

    @Override
    public double reward(double[] observation, double[] action) {
        return reward(observation[0], observation[2], observation[4], action[0]);
    }

    private static double reward(double position, double cos, double poleSpeed, double force) {
        double upright = (1 + cos) / 2;
        double centred = 1 - 0.5 * square(position / TRACK);
        double calm = 0.5 * (1 + Math.exp(-square(poleSpeed / CALM_SPEED)));
        return upright * centred * calm * (1 - 0.1 * square(force / MAX_FORCE));
    }

    /** The time derivative of the state under a force. */
    void rate(double[] state, double force, double[] rate) {
        double cos = Math.cos(state[2]);
        double sin = Math.sin(state[2]);
        double speed = state[3];
        double total = cartMass + mass;
        double push = (force - friction * state[1] + mass * half * speed * speed * sin) / total;
        double turn = (gravity * sin - cos * push - poleFriction * speed / (mass * half))
                / (half * (4.0 / 3 - mass * cos * cos / total));
        rate[0] = state[1];
        rate[1] = push - mass * half * turn * cos / total;
        rate[2] = speed;
        rate[3] = turn;
    }

    /** Kinetic and potential energy, J; 0 for everything at rest with the pole horizontal. */
    double energy(double[] state) {
        double cos = Math.cos(state[2]);
        return 0.5 * (cartMass + mass) * square(state[1]) + mass * half * state[1] * state[3] * cos
                + 2.0 / 3 * mass * half * half * square(state[3]) + mass * gravity * half * cos;
    }

    /** Horizontal momentum of cart and pole, kg·m/s. */
    double momentum(double[] state) {
        return (cartMass + mass) * state[1] + mass * half * state[3] * Math.cos(state[2]);
    }

    private static double square(double x) {
        return x * x;
    }

    @Override
    public double[] observe(double[] state) {
        return new double[]{state[0], state[1], Math.cos(state[2]), Math.sin(state[2]), state[3]};
    }

    @Override
    public boolean terminated(double[] state) {
        return Math.abs(state[0]) > TRACK;
    }

    @Override
    public boolean terminatedAt(double[] observation) {
        return Math.abs(observation[0]) > TRACK;
    }
}
