package org.emfuse.rl.policy.scripted;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;

/** Uniformly random actions in a share of the action range. */
final class UniformPolicy implements Policy {

    private final double[] largest;

    /** Actions within {@code ±scale} times the largest one. */
    UniformPolicy(EnvSpec spec, double scale) {
        largest = spec.actionScale();
        for (int i = 0; i < largest.length; i++) {
            largest[i] *= scale;
        }
    }

    @Override
    public double[] act(double[] observation, RandomStream random) {
        double[] action = new double[largest.length];
        for (int i = 0; i < action.length; i++) {
            action[i] = random.uniform(-largest[i], largest[i]);
        }
        return action;
    }
}
