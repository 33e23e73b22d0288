package org.emfuse.rl.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Step;
import org.emfuse.rl.random.RandomStream;

/**
 * Plays whole episodes with a policy. Episode i starts with seed {@code seed + i} and draws from a stream of its own, so
 * that policies are compared on the same episodes and a result does not depend on how many are played side by side.
 */
public final class Evaluation {

    private static final int SIDE_BY_SIDE = 100;

    /**
     * What the episodes gave.
     *
     * @param returns undiscounted sum of rewards of each episode, in order
     * @param lengths steps of each episode
     * @param terminated whether each episode ended before its horizon
     */
    public record Result(double[] returns, int[] lengths, boolean[] terminated) {

        /** Mean of the returns. */
        public double mean() {
            return Arrays.stream(returns).average().orElseThrow();
        }
    }

    private Evaluation() {}

    /**
     * Plays episodes.
     *
     * @param env id of the environment
     * @param episodes at least 1
     */
    public static Result run(Policy policy, String env, int episodes, long seed) {
        return run(policy, () -> Environments.make(env), episodes, seed);
    }

    /**
     * Plays episodes.
     *
     * @param env makes an environment for episodes that are played side by side; each is closed again
     * @param episodes at least 1
     */
    public static Result run(Policy policy, Supplier<Env> env, int episodes, long seed) {
        if (episodes < 1) {
            throw new IllegalArgumentException("an evaluation plays at least one episode, found " + episodes);
        }
        Result result = new Result(new double[episodes], new int[episodes], new boolean[episodes]);
        for (int first = 0; first < episodes; first += SIDE_BY_SIDE) {
            play(policy, env, seed, first, Math.min(SIDE_BY_SIDE, episodes - first), result);
        }
        return result;
    }

    /** Plays episodes first … first + count - 1 in step; those that are over wait. */
    private static void play(Policy policy, Supplier<Env> env, long seed, int first, int count, Result result) {
        List<Env> envs = new ArrayList<>();
        try {
            double[][] observations = new double[count][];
            RandomStream[] randoms = new RandomStream[count];
            List<Integer> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                envs.add(env.get());
                observations[i] = envs.get(i).reset(seed + first + i);
                randoms[i] = RandomStream.of(seed + first + i, "evaluation");
                running.add(i);
            }
            while (!running.isEmpty()) {
                double[][] seen = running.stream().map(i -> observations[i]).toArray(double[][]::new);
                RandomStream[] streams = running.stream().map(i -> randoms[i]).toArray(RandomStream[]::new);
                double[][] actions = policy.actAll(seen, streams);
                List<Integer> next = new ArrayList<>();
                for (int k = 0; k < running.size(); k++) {
                    int i = running.get(k);
                    Step step = envs.get(i).step(actions[k]);
                    result.returns[first + i] += step.reward();
                    result.lengths[first + i]++;
                    observations[i] = step.observation();
                    if (step.last()) {
                        result.terminated[first + i] = step.terminated();
                    } else {
                        next.add(i);
                    }
                }
                running = next;
            }
        } finally {
            envs.forEach(Env::close);
        }
    }
}
