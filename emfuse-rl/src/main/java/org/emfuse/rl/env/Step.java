package org.emfuse.rl.env;

/**
 * What one step of an environment gives.
 *
 * @param observation after the step; the receiver owns it
 * @param reward of the step
 * @param terminated whether the task ended: there is no future, a learner must not bootstrap
 * @param truncated whether the horizon was reached: the future exists, it is only not played
 */
public record Step(double[] observation, double reward, boolean terminated, boolean truncated) {

    /** Whether the episode is over, for either reason. */
    public boolean last() {
        return terminated || truncated;
    }
}
