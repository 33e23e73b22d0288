package org.emfuse.rl.policy.scripted;

/** Optimal control over the horizon of an episode: the action depends on the steps that are left, too. */
@FunctionalInterface
public interface FiniteHorizonController {

    /**
     * The action in one step.
     *
     * @param step of the episode, from 0
     * @param observation as the environment gave it
     * @return one value per action coordinate, within the action range; the caller owns it
     */
    double[] act(int step, double[] observation);
}
