package org.emfuse.rl.policy.scripted;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;

/** Holds the pendulum upright by proportional and derivative torque; it cannot swing it up. */
final class PendulumBalance implements Policy {

    private final double largest;
    private final double stiffness;
    private final double damping;

    PendulumBalance(EnvSpec spec) {
        double mass = spec.parameter("mass");
        double length = spec.parameter("length");
        double weight = mass * spec.parameter("gravity") * length / 2;
        double inertia = mass * length * length / 3;
        largest = spec.actions().getFirst().high();
        // Beyond the pull of gravity, a critically damped oscillator with a natural frequency of 3 rad/s.
        stiffness = weight + 9 * inertia;
        damping = 6 * inertia;
    }

    @Override
    public double[] act(double[] observation, RandomStream random) {
        double angle = Math.atan2(observation[1], observation[0]);
        return new double[]{Math.clamp(-stiffness * angle - damping * observation[2], -largest, largest)};
    }
}
