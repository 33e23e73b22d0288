package org.emfuse.rl.env;

/**
 * An environment: a system that is stepped with actions and pays rewards. After {@link #reset} it is deterministic: equal
 * seeds and actions give equal observations and rewards. One thread at a time.
 */
public interface Env extends AutoCloseable {

    /** What is fixed about it. */
    EnvSpec spec();

    /**
     * Starts an episode.
     *
     * @param seed of the start state
     * @return the first observation; the caller owns it
     */
    double[] reset(long seed);

    /**
     * Advances by one time step.
     *
     * @param action one value per action coordinate; values outside the range are clipped to it
     * @throws IllegalArgumentException if the action has the wrong length or a value that is not finite
     * @throws IllegalStateException before the first reset, after the last step of an episode, and after close
     */
    Step step(double[] action);

    /** The whole state, so that {@link #restore} continues exactly here: physics, pending actions, steps taken. */
    double[] state();

    /**
     * Goes to a saved state.
     *
     * @param state from {@link #state} of an environment with the same id
     * @return the observation there
     * @throws IllegalArgumentException if it has the wrong length or a value that is not finite
     */
    double[] restore(double[] state);

    /** Frees what is native; idempotent. */
    @Override
    void close();
}
