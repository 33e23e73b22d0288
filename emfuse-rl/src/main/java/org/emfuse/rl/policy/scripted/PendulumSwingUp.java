package org.emfuse.rl.policy.scripted;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;

/**
 * Swings the pendulum up by pumping energy (Åström and Furuta, "Swinging up a pendulum by energy control", 2000), and
 * balances it by LQR where the torque suffices for that.
 */
final class PendulumSwingUp implements Policy {

    /** How far beyond the limit LQR's torque may be where LQR takes over: it is clipped for the first steps. */
    private static final double CAPTURE = 2.5;

    private final double weight;
    private final double inertia;
    private final double largest;
    private final LinearQuadratic balance;

    PendulumSwingUp(EnvSpec spec) {
        double mass = spec.parameter("mass");
        double length = spec.parameter("length");
        double dt = spec.timeStep();
        weight = mass * spec.parameter("gravity") * length / 2;
        inertia = mass * length * length / 3;
        largest = spec.actions().getFirst().high();
        double keep = 1 - spec.parameter("friction") / inertia * dt;
        double pull = weight / inertia * dt;
        double[][] a = {{1 + pull * dt, keep * dt}, {pull, keep}};
        double[] b = {dt * dt / inertia, dt / inertia};
        balance = LinearQuadratic.stationary(a, b, new double[][]{{1, 0}, {0, 0.1}}, 0.001);
    }

    @Override
    public double[] act(double[] observation, RandomStream random) {
        double angle = Math.atan2(observation[1], observation[0]);
        double speed = observation[2];
        double torque = balance.input(angle, speed);
        if (Math.abs(torque) > CAPTURE * largest || Math.abs(angle) > 1) {
            torque = pump(observation[0], speed);
        }
        return new double[]{Math.clamp(torque, -largest, largest)};
    }

    /** Drives the energy to that of rest upright. */
    private double pump(double cosAngle, double speed) {
        double missing = weight * (1 - cosAngle) - 0.5 * inertia * speed * speed;
        return 10 * missing / (weight + 1e-9) * (speed >= 0 ? largest : -largest);
    }
}
