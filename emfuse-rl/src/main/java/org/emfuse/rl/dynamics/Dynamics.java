package org.emfuse.rl.dynamics;

import org.emfuse.rl.random.RandomStream;

/** A model of an environment that can be stepped: the simulator in which a policy learns. */
public interface Dynamics extends AutoCloseable {

    /** For messages and tables. */
    String name();

    /** What its states and actions are. */
    TransitionSpace space();

    /** Pairs of history k that it looks at, at least 1. */
    int longestSlice();

    /**
     * One step of several trajectories.
     *
     * @param histories whose last pairs are the states and actions to step from
     * @param trajectories to step
     * @param random of whatever is drawn
     */
    Prediction predict(Histories histories, int[] trajectories, RandomStream random);

    /** Frees the models; idempotent. */
    @Override
    void close();
}
