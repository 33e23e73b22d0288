package org.emfuse.rl.train;

import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.LearningSettings;
import org.emfuse.rl.sac.SacConfig;

/**
 * Settings of learning in an environment.
 *
 * @param env the environment's id
 * @param sac of the learner
 * @param steps environment steps in all
 * @param randomSteps steps with uniformly random actions, before the first update
 * @param replay transitions remembered
 * @param evaluateEvery steps between evaluations
 * @param evaluationEpisodes episodes of each
 * @param finalEpisodes episodes of the evaluation at the end
 * @param seed of everything random
 */
public record OnlineConfig(String env, SacConfig sac, long steps, long randomSteps, int replay, long evaluateEvery,
        int evaluationEpisodes, int finalEpisodes, long seed) {

    /** Checks the ranges. */
    public OnlineConfig {
        require(steps >= 1, "at least one step", steps);
        require(randomSteps >= 0, "random steps >= 0", randomSteps);
        require(replay >= 1, "a replay memory of at least 1", replay);
        require(evaluateEvery >= 1, "steps between evaluations >= 1", evaluateEvery);
        require(evaluationEpisodes >= 1 && finalEpisodes >= 1, "evaluations of at least one episode",
                Math.min(evaluationEpisodes, finalEpisodes));
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("training needs " + expected + ", found " + found);
        }
    }

    /** The usual settings: 1,000 random steps, a memory of all steps up to a million, ten evaluations' worth of progress. */
    public static OnlineConfig of(String env, long steps, long seed) {
        return new OnlineConfig(env, SacConfig.online(), steps, 1000, (int) Math.min(steps, 1_000_000),
                Math.max(1, steps / 15), 10, 100, seed);
    }

    /**
     * The usual settings with the steps and the discount that suffice for the environment: {@link Environments#learning}.
     *
     * @throws IllegalArgumentException for an unknown environment
     */
    public static OnlineConfig recommended(String env, long seed) {
        LearningSettings learning = Environments.learning(env);
        return of(env, learning.steps(), seed).withGamma(learning.gamma());
    }

    /** The same with another discount. */
    public OnlineConfig withGamma(double gamma) {
        return new OnlineConfig(env, sac.withGamma(gamma), steps, randomSteps, replay, evaluateEvery,
                evaluationEpisodes, finalEpisodes, seed);
    }
}
