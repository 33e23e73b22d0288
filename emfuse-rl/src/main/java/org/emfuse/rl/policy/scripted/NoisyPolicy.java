package org.emfuse.rl.policy.scripted;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;

/** Another policy with independent Gaussian noise on its actions, clipped to the action range. */
public final class NoisyPolicy implements Policy {

    private final Policy policy;
    private final double[] largest;
    private final double noise;

    /**
     * Adds noise to a policy.
     *
     * @param noise standard deviation as a share of the largest action, at least 0
     */
    public NoisyPolicy(Policy policy, EnvSpec spec, double noise) {
        if (!(noise >= 0 && Double.isFinite(noise))) {
            throw new IllegalArgumentException("noise must be finite and at least 0, found " + noise);
        }
        this.policy = policy;
        this.largest = spec.actionScale();
        this.noise = noise;
    }

    @Override
    public double[] act(double[] observation, RandomStream random) {
        double[] action = policy.act(observation, random);
        for (int i = 0; i < action.length; i++) {
            action[i] = Math.clamp(action[i] + noise * largest[i] * random.gaussian(), -largest[i], largest[i]);
        }
        return action;
    }
}
