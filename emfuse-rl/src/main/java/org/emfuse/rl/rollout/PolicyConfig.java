package org.emfuse.rl.rollout;

import java.util.List;

import org.emfuse.rl.sac.SacConfig;

/**
 * Settings of learning a policy in a simulator (spec 06 §§4–7, 12).
 *
 * @param env id of the environment in which the policy is scored and whose rule ends episodes; empty for logs without one
 * @param models hashes of the simulator's models
 * @param data hash of the data in which rollouts begin
 * @param method by which the simulator came about, for tables: {@code "emfuse"}
 * @param simulator how its models predict, as text: a run goes on in the same simulator only
 * @param sac settings of the learner; its penalty belongs to the second form
 * @param updates in all
 * @param refreshEvery updates between rollouts
 * @param rollouts trajectories of each refresh
 * @param horizon steps of each
 * @param keep refreshes that the model buffer holds
 * @param realShare share of each batch that comes from the data, in [0, 1]
 * @param penalty c of the first form, {@code r - c u}; 0 for none
 * @param evaluateEvery updates between evaluations
 * @param evaluationEpisodes episodes of each
 * @param finalEpisodes episodes of the evaluation at the end
 * @param seed of everything random
 */
public record PolicyConfig(String env, List<String> models, String data, String method, String simulator,
        SacConfig sac, long updates,
        long refreshEvery, int rollouts, int horizon, int keep, double realShare, double penalty, long evaluateEvery,
        int evaluationEpisodes, int finalEpisodes, long seed) {

    private static final int MOST = 100_000_000;

    /** Checks the ranges. */
    public PolicyConfig {
        models = List.copyOf(models);
        require(updates >= 1, "at least one update", updates);
        require(refreshEvery >= 1, "updates between rollouts >= 1", refreshEvery);
        require(rollouts >= 1, "at least one trajectory", rollouts);
        require(horizon >= 1, "a horizon of at least one step", horizon);
        require(keep >= 1, "at least one refresh kept", keep);
        require((double) rollouts * horizon * keep <= MOST,
                "at most " + MOST + " transitions at a time (trajectories × horizon"
                        + " × refreshes kept)",
                rollouts + " × " + horizon + " × " + keep);
        require(realShare >= 0 && realShare <= 1, "a real share in [0, 1]", realShare);
        require(penalty >= 0 && Double.isFinite(penalty), "a penalty >= 0", penalty);
        require(penalty == 0 || sac.penalty() == 0, "one form of the penalty, not both",
                penalty + " and " + sac.penalty());
        require(evaluateEvery >= 1, "updates between evaluations >= 1", evaluateEvery);
        require(evaluationEpisodes >= 1 && finalEpisodes >= 1, "evaluations of at least one episode",
                Math.min(evaluationEpisodes, finalEpisodes));
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("learning in a simulator needs " + expected + ", found " + found);
        }
    }

    /** Rows of a batch that come from the data. */
    int realRows() {
        return (int) Math.round(sac.batch() * realShare);
    }
}
