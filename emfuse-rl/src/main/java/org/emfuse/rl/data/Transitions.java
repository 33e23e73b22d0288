package org.emfuse.rl.data;

/**
 * Logged transitions in the order in which they happened, row-major, raw units, single precision. Immutable by convention:
 * nobody writes to the arrays after construction.
 *
 * @param observationSize coordinates of an observation
 * @param actionSize coordinates of an action
 * @param observations [n × observationSize], before each step
 * @param actions [n × actionSize]
 * @param rewards [n]
 * @param nextObservations [n × observationSize], after each step, also where an episode ends
 * @param terminals [n], the task ended there
 * @param timeouts [n], the episode was cut there although the task went on
 */
public record Transitions(int observationSize, int actionSize, float[] observations, float[] actions, float[] rewards,
        float[] nextObservations, boolean[] terminals, boolean[] timeouts) {

    /** Checks that all arrays have the same number of rows. */
    public Transitions {
        int n = rewards.length;
        check("observations", observations.length, n * (long) observationSize);
        check("actions", actions.length, n * (long) actionSize);
        check("next_observations", nextObservations.length, n * (long) observationSize);
        check("terminals", terminals.length, n);
        check("timeouts", timeouts.length, n);
    }

    private static void check(String name, long found, long expected) {
        if (found != expected) {
            throw new IllegalArgumentException(
                    name + " must hold " + expected + " values to fit the rewards, found " + found);
        }
    }

    /** Number of transitions. */
    public int size() {
        return rewards.length;
    }

    /** Whether an episode ends with transition {@code i}: terminal, timeout, or the end of the data. */
    public boolean episodeEnd(int i) {
        return terminals[i] || timeouts[i] || i == size() - 1;
    }
}
