package org.emfuse.rl.policy;

import org.emfuse.rl.random.RandomStream;

/** Chooses actions. Stateless: everything random comes from the stream that it is given. */
public interface Policy {

    /**
     * The action for one observation.
     *
     * @param observation as the environment gave it, raw units
     * @param random where its randomness comes from; a deterministic policy leaves it alone
     * @return one value per action coordinate, within the action range; the caller owns it
     */
    double[] act(double[] observation, RandomStream random);

    /**
     * The actions for several observations, each with the randomness of its own stream.
     *
     * @param observations one per environment
     * @param randoms one per environment
     */
    default double[][] actAll(double[][] observations, RandomStream[] randoms) {
        double[][] actions = new double[observations.length][];
        for (int i = 0; i < observations.length; i++) {
            actions[i] = act(observations[i], randoms[i]);
        }
        return actions;
    }
}
