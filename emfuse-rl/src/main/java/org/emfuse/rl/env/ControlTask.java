package org.emfuse.rl.env;

import org.emfuse.rl.random.RandomStream;

/**
 * The facts of one task as functions of a state vector: start, dynamics, reward, observation, end. Without memory of its
 * own; {@link SimulatedEnv} holds the state and counts the steps. One thread at a time.
 */
interface ControlTask {

    /** Coordinates of the state. */
    int stateSize();

    /** Draws a start state into {@code state}. */
    void start(RandomStream random, double[] state);

    /**
     * Advances the state in place by one time step.
     *
     * @param action within the action range
     * @return the reward of the step
     */
    double advance(double[] state, double[] action);

    /**
     * The reward of a step, from what is observed where it begins, which a model may have predicted.
     *
     * @param action within the action range
     */
    double reward(double[] observation, double[] action);

    /** The observation of a state; a new array. */
    double[] observe(double[] state);

    /** Whether the task ends in this state. */
    boolean terminated(double[] state);

    /** Whether the task ends in the state of an observation, which a model may have predicted. */
    boolean terminatedAt(double[] observation);
}
