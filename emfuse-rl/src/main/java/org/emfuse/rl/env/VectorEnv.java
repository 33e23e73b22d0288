package org.emfuse.rl.env;

import java.util.Arrays;
import java.util.List;

/**
 * Several environments with the same sizes, stepped together. An environment whose episode ends is reset in the same step:
 * the {@link Step} still carries the episode's <em>final</em> observation, and {@link #observations} already holds the first
 * one of the next episode. So every step is a complete transition: (observations before, action, step.observation()). The
 * k-th episode (from 0) of environment i starts with seed {@code firstSeed + i + k·size}: no seed is used twice. One
 * thread at a time.
 */
public final class VectorEnv implements AutoCloseable {

    private final List<Env> envs;
    private final double[][] observations;
    private final long[] seeds;
    private boolean started;

    /**
     * Takes over the environments: {@link #close} closes them.
     *
     * @param envs at least one, with equal sizes
     */
    public VectorEnv(List<? extends Env> envs) {
        this.envs = List.copyOf(envs);
        if (this.envs.isEmpty()) {
            throw new IllegalArgumentException("expected at least one environment, found none");
        }
        EnvSpec first = this.envs.getFirst().spec();
        for (Env env : this.envs) {
            EnvSpec spec = env.spec();
            if (spec.observationSize() != first.observationSize() || spec.actionSize() != first.actionSize()) {
                throw new IllegalArgumentException("environments stepped together must have equal sizes, found "
                        + first.id() + " and " + spec.id());
            }
        }
        observations = new double[this.envs.size()][];
        seeds = new long[this.envs.size()];
    }

    /** How many environments. */
    public int size() {
        return envs.size();
    }

    /** What is fixed about environment {@code i}. */
    public EnvSpec spec(int i) {
        return envs.get(i).spec();
    }

    /** Starts the first episode of each. */
    public void reset(long firstSeed) {
        for (int i = 0; i < envs.size(); i++) {
            seeds[i] = firstSeed + i;
            observations[i] = envs.get(i).reset(seeds[i]);
        }
        started = true;
    }

    /** The observations from which to act next, one per environment; copies. */
    public double[][] observations() {
        requireStarted();
        double[][] copy = new double[observations.length][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = observations[i].clone();
        }
        return copy;
    }

    /** The seeds of the episodes that run now, one per environment; a copy. */
    public long[] seeds() {
        requireStarted();
        return seeds.clone();
    }

    /**
     * Steps every environment, and resets those whose episode ended.
     *
     * @param actions one per environment
     * @return one per environment; where {@link Step#last}, with the final observation of the episode
     * @throws IllegalArgumentException if an action has the wrong length or a value that is not finite; nothing has moved
     */
    public Step[] step(double[][] actions) {
        requireStarted();
        if (actions.length != envs.size()) {
            throw new IllegalArgumentException("expected " + envs.size() + " actions, found " + actions.length);
        }
        for (int i = 0; i < actions.length; i++) {
            requireAcceptable(i, actions[i]);
        }
        Step[] steps = new Step[actions.length];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = envs.get(i).step(actions[i]);
            if (steps[i].last()) {
                seeds[i] += envs.size();
                observations[i] = envs.get(i).reset(seeds[i]);
            } else {
                observations[i] = steps[i].observation().clone();
            }
        }
        return steps;
    }

    /** Refuses what {@link Env#step} would refuse, before any environment has moved. */
    private void requireAcceptable(int i, double[] action) {
        if (action.length != spec(i).actionSize() || !Arrays.stream(action).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("expected " + spec(i).actionSize() + " finite values as action of "
                    + "environment " + i + ", found " + Arrays.toString(action));
        }
    }

    /** The states of all environments, so that {@link #restore} continues exactly here. */
    public double[][] states() {
        requireStarted();
        return envs.stream().map(Env::state).toArray(double[][]::new);
    }

    /**
     * Goes to saved states.
     *
     * @param states from {@link #states}
     * @param episodeSeeds from {@link #seeds} at the same time
     */
    public void restore(double[][] states, long[] episodeSeeds) {
        if (states.length != envs.size() || episodeSeeds.length != envs.size()) {
            throw new IllegalArgumentException("expected " + envs.size() + " states and seeds, found " + states.length
                    + " and " + episodeSeeds.length);
        }
        for (int i = 0; i < states.length; i++) {
            observations[i] = envs.get(i).restore(states[i]);
            seeds[i] = episodeSeeds[i];
        }
        started = true;
    }

    private void requireStarted() {
        if (!started) {
            throw new IllegalStateException("the environments have not been reset yet: call reset");
        }
    }

    /** Closes all of them. */
    @Override
    public void close() {
        envs.forEach(Env::close);
    }
}
