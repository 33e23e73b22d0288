package org.emfuse.rl.experiment;

import java.util.List;

/**
 * Whether a transition model is good enough to learn a policy in, by its errors after one step on data kept apart, in the targets'
 * standard deviations (spec 06 §12).
 *
 * @param env name of the task
 * @param model its name
 * @param seeds whose models are there
 * @param worstState the error of the worst state coordinate, of the worst of these models
 * @param reward the error of the reward, of the worst of these models
 * @param met whether neither is above its limit
 */
public record Gate(String env, String model, List<Long> seeds, double worstState, double reward, boolean met) {

    /** What the error of a state coordinate may be. */
    public static final double MOST_STATE = 0.15;
    /** What the error of the reward may be. */
    public static final double MOST_REWARD = 0.10;

    /** Copies the list. */
    public Gate {
        seeds = List.copyOf(seeds);
    }

    /** The gate of given errors; one that is no number does not meet it. */
    static Gate of(String env, String model, List<Long> seeds, double worstState, double reward) {
        return new Gate(env, model, seeds, worstState, reward, worstState <= MOST_STATE && reward <= MOST_REWARD);
    }
}
