package org.emfuse.rl.policy.scripted;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;

/**
 * Swings the pole up by pumping its energy through the cart's acceleration, which partial feedback linearisation turns into
 * a force (Spong, "Energy based control of a class of underactuated mechanical systems", 1996); balances by LQR.
 */
final class CartPoleSwingUp implements Policy {

    /** Of the cart, m/s². */
    private static final double LARGEST_ACCELERATION = 6;
    /** Acceleration per pole speed and relative energy, m/s² per rad/s. */
    private static final double PUMP = 10;
    /** Acceleration per metre off the middle, 1/s². */
    private static final double CENTRING = 0.5;
    /** Acceleration per cart speed, 1/s. */
    private static final double DAMPING = 1;

    private final double cartMass;
    private final double mass;
    private final double half;
    private final double gravity;
    private final double friction;
    private final double poleFriction;
    private final double largest;
    private final LinearQuadratic balance;

    CartPoleSwingUp(EnvSpec spec) {
        cartMass = spec.parameter("cartMass");
        mass = spec.parameter("mass");
        half = spec.parameter("length") / 2;
        gravity = spec.parameter("gravity");
        friction = spec.parameter("friction");
        poleFriction = spec.parameter("poleFriction");
        largest = spec.actions().getFirst().high();
        balance = balance(spec.timeStep());
    }

    private LinearQuadratic balance(double dt) {
        double total = cartMass + mass;
        double reach = half * (4.0 / 3 - mass / total);
        double hinge = poleFriction / (mass * half);
        double share = mass * half / total;
        double[] turn = {0, friction / total / reach, gravity / reach, -hinge / reach};
        double[][] a = {{0, 1, 0, 0}, {0, -friction / total - share * turn[1], -share * turn[2], -share * turn[3]},
            {0, 0, 0, 1}, turn};
        double[] b = {0, 1 / total + share / (total * reach), 0, -1 / (total * reach)};
        double[][] discrete = LinearQuadratic.discretised(a, b, dt);
        double[][] ad = new double[4][4];
        double[] bd = new double[4];
        for (int i = 0; i < 4; i++) {
            System.arraycopy(discrete[i], 0, ad[i], 0, 4);
            bd[i] = discrete[i][4];
        }
        double[][] q = {{0.5, 0, 0, 0}, {0, 0.1, 0, 0}, {0, 0, 2, 0}, {0, 0, 0, 0.1}};
        return LinearQuadratic.stationary(ad, bd, q, 0.005);
    }

    @Override
    public double[] act(double[] o, RandomStream random) {
        double angle = Math.atan2(o[3], o[2]);
        double force = balance.input(o[0], o[1], angle, o[4]);
        if (Math.abs(angle) > 0.6 || Math.abs(force) > 2 * largest) {
            force = force(pumping(o), o);
        }
        return new double[]{Math.clamp(force, -largest, largest)};
    }

    /** The cart's acceleration that brings the pole's energy to that of rest upright, and the cart to the middle. */
    private double pumping(double[] o) {
        double energy = 2.0 / 3 * mass * half * half * o[4] * o[4] + mass * gravity * half * (o[2] - 1);
        double relative = energy / (2 * mass * gravity * half + 1e-9);
        double pump = Math.clamp(PUMP * relative * o[4] * o[2], -LARGEST_ACCELERATION, LARGEST_ACCELERATION);
        return pump - CENTRING * o[0] - DAMPING * o[1];
    }

    /** The force that gives the cart an acceleration. */
    private double force(double acceleration, double[] o) {
        double turn = (gravity * o[3] - acceleration * o[2] - poleFriction * o[4] / (mass * half)) / (half * 4 / 3);
        return (cartMass + mass) * acceleration + mass * half * (turn * o[2] - o[4] * o[4] * o[3]) + friction * o[1];
    }
}
