package org.emfuse.rl.train;

import java.util.List;

import org.emfuse.rl.offline.OfflineAlgorithm;
import org.emfuse.rl.policy.GaussianActor;

/**
 * Settings of learning from stored data.
 *
 * @param algorithm that learns
 * @param env id of the environment in which the policy is evaluated; empty where there is none
 * @param data hash of the data's content
 * @param actionScale largest value of each action coordinate; empty for the environment's, or without one for the largest in
 *        the data
 * @param steps updates in all
 * @param batch transitions per update
 * @param hidden sizes of the hidden layers of all networks
 * @param gamma discount per step, in (0, 1)
 * @param evaluateEvery updates between evaluations
 * @param evaluationEpisodes episodes of each
 * @param finalEpisodes episodes of the evaluation at the end
 * @param seed of everything random
 */
public record OfflineConfig(OfflineAlgorithm algorithm, String env, String data, List<Double> actionScale, long steps,
        int batch, List<Integer> hidden, double gamma, long evaluateEvery, int evaluationEpisodes, int finalEpisodes,
        long seed) {

    /** Checks the ranges. */
    public OfflineConfig {
        actionScale = List.copyOf(actionScale);
        hidden = List.copyOf(hidden);
        require(!data.isBlank(), "the hash of its data", "none");
        require(actionScale.stream().allMatch(scale -> scale > 0 && Double.isFinite(scale)),
                "a finite action scale > 0", actionScale);
        require(env.isEmpty() || actionScale.isEmpty(), "either an environment or an action scale",
                env + " and " + actionScale);
        require(steps >= 1, "at least one step", steps);
        require(batch >= 1, "a batch of at least 1", batch);
        require(GaussianActor.allows(hidden), "1 to 16 hidden layers of 1 to 16384 units", hidden);
        require(gamma > 0 && gamma < 1, "a discount in (0, 1)", gamma);
        require(evaluateEvery >= 1, "steps between evaluations >= 1", evaluateEvery);
        require(evaluationEpisodes >= 1 && finalEpisodes >= 1, "evaluations of at least one episode",
                Math.min(evaluationEpisodes, finalEpisodes));
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("learning from stored data needs " + expected + ", found " + found);
        }
    }

    /** The usual settings: batch 256, 256×2, discount 0.99, ten evaluations of ten episodes, 100 episodes at the end. */
    public static OfflineConfig of(OfflineAlgorithm algorithm, String env, String data, long steps, long seed) {
        return new OfflineConfig(algorithm, env, data, List.of(), steps, 256, List.of(256, 256), 0.99,
                Math.max(1, steps / 10), 10, 100, seed);
    }

    /** The same with another action scale, for data without an environment. */
    public OfflineConfig withActionScale(List<Double> other) {
        return new OfflineConfig(algorithm, env, data, other, steps, batch, hidden, gamma, evaluateEvery,
                evaluationEpisodes, finalEpisodes, seed);
    }

    /** The same with other hidden layers and batch. */
    public OfflineConfig withNetworks(List<Integer> hiddenLayers, int batchSize) {
        return new OfflineConfig(algorithm, env, data, actionScale, steps, batchSize, hiddenLayers, gamma,
                evaluateEvery,
                evaluationEpisodes, finalEpisodes, seed);
    }
}
