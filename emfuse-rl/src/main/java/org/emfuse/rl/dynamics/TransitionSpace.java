package org.emfuse.rl.dynamics;

import java.util.List;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.policy.PolicySpace;

/**
 * What a transition model speaks of. Its targets have one value per observation coordinate, the change of state, and a last
 * one, the reward; raw units.
 *
 * @param task name of the environment without its parameters, which says reward and time step; empty for logs without one
 * @param observations the coordinates of a state, in order
 * @param actions the coordinates of an action, in order, with their ranges
 */
public record TransitionSpace(String task, List<Quantity> observations, List<Quantity> actions) {

    /** Copies the lists. */
    public TransitionSpace {
        observations = List.copyOf(observations);
        actions = List.copyOf(actions);
    }

    /** The space of an environment; variants of one task share it. */
    public static TransitionSpace of(EnvSpec spec) {
        return new TransitionSpace(spec.name(), spec.observations(), spec.actions());
    }

    /** The space in which a policy acts. */
    public static TransitionSpace of(PolicySpace space) {
        return new TransitionSpace(space.env().split(":", 2)[0], space.observations(), space.actions());
    }

    /** Coordinates d of a state. */
    public int observationSize() {
        return observations.size();
    }

    /** Coordinates p of an action. */
    public int actionSize() {
        return actions.size();
    }

    /** Values of a target: d + 1. */
    public int targetSize() {
        return observations.size() + 1;
    }

    /**
     * Refuses another space: energies of different outcomes have no sum.
     *
     * @param first whose space this is, for the message
     * @param second whose space the other is
     * @throws IllegalArgumentException with both where they differ
     */
    public void requireSame(String first, TransitionSpace other, String second) {
        compare("task", first, task, second, other.task);
        compare("number of observation coordinates", first, observationSize(), second, other.observationSize());
        compare("number of action coordinates", first, actionSize(), second, other.actionSize());
        compare("observations", first, observations, second, other.observations);
        compare("actions and their ranges", first, actions, second, other.actions);
    }

    private static void compare(String what, String first, Object mine, String second, Object theirs) {
        if (!mine.equals(theirs)) {
            throw new IllegalArgumentException(
                    "experts must agree on the " + what + ": " + first + " has " + mine + ", "
                            + second + " has " + theirs);
        }
    }

    /** Brings a state into the ranges of its coordinates: one whose range is known, such as a cosine's, does not leave it. */
    public void clip(double[] state) {
        for (int j = 0; j < state.length; j++) {
            state[j] = observations.get(j).clip(state[j]);
        }
    }
}
