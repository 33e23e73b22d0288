package org.emfuse.rl.env;

import java.util.List;

import org.emfuse.rl.random.RandomStream;

/**
 * {@code PointMass2D-v0}: a mass in the plane is pushed to the origin. State and observation: position p and velocity v.
 * Between steps the force F is constant, so the linear dynamics {@code m v̇ = F - friction v} are integrated exactly:
 *
 * <pre>
 * v' = e v + φ₁ F/m       e = exp(-κ dt), κ = friction/m
 * p' = p + φ₁ v + φ₂ F/m  φ₁ = (1 - e)/κ, φ₂ = (dt - φ₁)/κ
 * reward = -(|p|² + 0.1 |v|² + |F|²), of the state before the step
 * </pre>
 *
 * With {@code obstacles=1} three discs are in the way. A step then has five exact parts, and after each one a mass inside
 * a disc is put on its rim and loses the velocity that points inwards. Immutable.
 */
public final class PointMass implements ControlTask {

    /** Seconds of one step. */
    public static final double TIME_STEP = 0.1;
    /** Largest force along each axis, N. */
    public static final double MAX_FORCE = 1;
    /** Steps of an episode. */
    public static final int HORIZON = 60;
    /** Cost of a unit of squared speed; that of squared distance and of squared force is 1. */
    public static final double SPEED_COST = 0.1;

    static final String NAME = "PointMass2D-v0";

    static final List<Parameter> PARAMETERS = List.of(Parameter.number("mass", "kg", 1, 0.1, 10, "of the point"),
            Parameter.number("friction", "kg/s", 0, 0, 5, "viscous"),
            Parameter.count("obstacles", "1", 1, "1: three round obstacles"), SimulatedEnv.ACTION_DELAY,
            Parameter.choice("start", List.of("uniform", "left", "right"),
                    "position anywhere in the square |x|, |y| ≤ 1, or in its half with x < 0 or x > 0"));

    private static final ReturnReference FREE = new ReturnReference(-149.0549, -9.4151);
    private static final ReturnReference OBSTRUCTED = new ReturnReference(-146.6047, -10.6428);

    private static final LearningSettings FREE_LEARNING = new LearningSettings(5000, 0.99);
    private static final LearningSettings OBSTRUCTED_LEARNING = new LearningSettings(6000, 0.99);

    private static final int SUBSTEPS = 5;
    private static final double OBSTACLE_RADIUS = 0.25;
    private static final double OBSTACLE_DISTANCE = 0.6;
    /** Centres of the discs at 90°, 210° and 330°. */
    private static final double[][] OBSTACLES = centres();

    private final double mass;
    private final double friction;
    private final boolean obstructed;
    private final int start;
    private final Motion whole;
    private final Motion part;

    /** Coefficients of the exact motion over a time: see the class comment, with the mass in φ₁/m and φ₂/m. */
    private record Motion(double keep, double drift, double speedPerForce, double shiftPerForce) {

        static Motion over(double time, double mass, double friction) {
            double rate = friction / mass;
            double z = rate * time;
            double drift = z == 0 ? time : -Math.expm1(-z) / rate;
            // (time - drift)/rate loses its digits where z is small; the series is exact there.
            double shift = z > 1e-2
                    ? (time - drift) / rate
                    : time * time * (1.0 / 2 - z * (1.0 / 6 - z * (1.0 / 24 - z * (1.0 / 120 - z * (1.0 / 720)))));
            return new Motion(Math.exp(-z), drift, drift / mass, shift / mass);
        }

        void apply(double[] state, double[] force) {
            for (int axis = 0; axis < 2; axis++) {
                double speed = state[2 + axis];
                state[axis] += drift * speed + shiftPerForce * force[axis];
                state[2 + axis] = keep * speed + speedPerForce * force[axis];
            }
        }
    }

    /** The task of an environment's specification. */
    public PointMass(EnvSpec spec) {
        this(Environments.variant(spec.id()));
    }

    PointMass(Variant variant) {
        mass = variant.get("mass");
        friction = variant.get("friction");
        obstructed = variant.get("obstacles") == 1;
        start = (int) variant.get("start");
        whole = Motion.over(TIME_STEP, mass, friction);
        part = Motion.over(TIME_STEP / SUBSTEPS, mass, friction);
    }

    private static double[][] centres() {
        double[][] centres = new double[3][];
        for (int i = 0; i < centres.length; i++) {
            double angle = Math.PI / 2 + i * 2 * Math.PI / 3;
            centres[i] = new double[]{OBSTACLE_DISTANCE * Math.cos(angle), OBSTACLE_DISTANCE * Math.sin(angle)};
        }
        return centres;
    }

    static EnvSpec spec(Variant variant) {
        double infinity = Double.POSITIVE_INFINITY;
        return new EnvSpec(variant.id(),
                List.of(new Quantity("x", "m", -infinity, infinity), new Quantity("y", "m", -infinity, infinity),
                        new Quantity("velocity along x", "m/s", -infinity, infinity),
                        new Quantity("velocity along y", "m/s", -infinity, infinity)),
                List.of(new Quantity("force along x", "N", -MAX_FORCE, MAX_FORCE),
                        new Quantity("force along y", "N", -MAX_FORCE, MAX_FORCE)),
                HORIZON, TIME_STEP, variant.values(), variant.get("obstacles") == 1 ? OBSTRUCTED : FREE);
    }

    static LearningSettings learning(Variant variant) {
        return variant.get("obstacles") == 1 ? OBSTRUCTED_LEARNING : FREE_LEARNING;
    }

    /** State matrix A of one axis without obstacles: (position, velocity)' = A (position, velocity) + B force. */
    public double[][] stateMatrix() {
        return new double[][]{{1, whole.drift}, {0, whole.keep}};
    }

    /** Input matrix B of one axis, a column. */
    public double[][] inputMatrix() {
        return new double[][]{{whole.shiftPerForce}, {whole.speedPerForce}};
    }

    /** Whether there are obstacles. */
    public boolean obstructed() {
        return obstructed;
    }

    @Override
    public int stateSize() {
        return 4;
    }

    @Override
    public void start(RandomStream random, double[] state) {
        do {
            state[0] = switch (start) {
                case 0 -> random.uniform(-1, 1);
                case 1 -> -random.uniform(0, 1);
                default -> random.uniform(0, 1);
            };
            state[1] = random.uniform(-1, 1);
        } while (obstructed && inObstacle(state[0], state[1]));
        state[2] = 0;
        state[3] = 0;
    }

    /** Whether a point lies inside one of the three discs, wherever obstacles are switched on or not. */
    public static boolean inObstacle(double x, double y) {
        for (double[] centre : OBSTACLES) {
            if (Math.hypot(x - centre[0], y - centre[1]) < OBSTACLE_RADIUS) {
                return true;
            }
        }
        return false;
    }

    /** Advances the state {x, y, velocities} in place by one step; safe from several threads. Returns the reward. */
    @Override
    public double advance(double[] state, double[] action) {
        double reward = reward(state, action);
        if (obstructed) {
            for (int i = 0; i < SUBSTEPS; i++) {
                part.apply(state, action);
                resolveContact(state);
            }
        } else {
            whole.apply(state, action);
        }
        return reward;
    }

    @Override
    public double reward(double[] observation, double[] action) {
        return -(observation[0] * observation[0] + observation[1] * observation[1]
                + SPEED_COST * (observation[2] * observation[2] + observation[3] * observation[3])
                + action[0] * action[0] + action[1] * action[1]);
    }

    private static void resolveContact(double[] state) {
        for (double[] centre : OBSTACLES) {
            double dx = state[0] - centre[0];
            double dy = state[1] - centre[1];
            double squared = dx * dx + dy * dy;
            if (squared < OBSTACLE_RADIUS * OBSTACLE_RADIUS && squared > 0) {
                double distance = Math.sqrt(squared);
                double nx = dx / distance;
                double ny = dy / distance;
                state[0] = centre[0] + OBSTACLE_RADIUS * nx;
                state[1] = centre[1] + OBSTACLE_RADIUS * ny;
                double inward = Math.min(0, nx * state[2] + ny * state[3]);
                state[2] -= inward * nx;
                state[3] -= inward * ny;
            }
        }
    }

    @Override
    public double[] observe(double[] state) {
        return state.clone();
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
