package org.emfuse.rl.collect;

import java.util.List;

/**
 * What a collection depends on.
 *
 * @param env id of the environment
 * @param policies as {@link Behaviour#open} reads them; each episode is played by one, drawn by the shares
 * @param deterministic whether policy networks act by their mode instead of sampling
 * @param noise standard deviation of Gaussian noise on every action, as a share of the largest action, in [0, 2]
 * @param randomShare probability with which an action is replaced by a uniformly random one, in [0, 1]
 * @param transitions to collect, at least 1
 * @param seed of everything random
 */
public record CollectConfig(String env, List<String> policies, boolean deterministic, double noise, double randomShare,
        int transitions, long seed) {

    /** Checks the ranges. */
    public CollectConfig {
        policies = List.copyOf(policies);
        require(!policies.isEmpty(), "at least one policy", policies);
        require(noise >= 0 && noise <= 2, "a noise in [0, 2]", noise);
        require(randomShare >= 0 && randomShare <= 1, "a share of random actions in [0, 1]", randomShare);
        require(transitions >= 1, "at least one transition", transitions);
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("a collection needs " + expected + ", found " + found);
        }
    }
}
