package org.emfuse.rl.data;

import java.util.ArrayList;
import java.util.List;

/** The episodes of logged transitions, in their order. The transitions are shared, not copied. */
public final class Episodes {

    /** How an episode ended. */
    public enum Ending {
        /** The task ended. */
        TERMINAL,
        /** The episode was cut although the task went on. */
        TIMEOUT,
        /** The data stop there without a flag; only the last episode can end so. */
        END_OF_DATA
    }

    /**
     * One episode.
     *
     * @param start its first transition
     * @param end one past its last transition
     * @param episodeReturn the undiscounted sum of its rewards
     * @param ending how it ended; terminal where both flags are set
     */
    public record Episode(int start, int end, double episodeReturn, Ending ending) {

        /** Number of transitions, at least 1. */
        public int length() {
            return end - start;
        }
    }

    private final Transitions transitions;
    private final List<Episode> list;

    private Episodes(Transitions transitions, List<Episode> list) {
        this.transitions = transitions;
        this.list = list;
    }

    /** Finds the episodes; none if there are no transitions. */
    public static Episodes of(Transitions transitions) {
        List<Episode> list = new ArrayList<>();
        int start = 0;
        double episodeReturn = 0;
        for (int i = 0; i < transitions.size(); i++) {
            episodeReturn += transitions.rewards()[i];
            if (transitions.episodeEnd(i)) {
                list.add(new Episode(start, i + 1, episodeReturn, ending(transitions, i)));
                start = i + 1;
                episodeReturn = 0;
            }
        }
        return new Episodes(transitions, List.copyOf(list));
    }

    private static Ending ending(Transitions transitions, int last) {
        if (transitions.terminals()[last]) {
            return Ending.TERMINAL;
        }
        return transitions.timeouts()[last] ? Ending.TIMEOUT : Ending.END_OF_DATA;
    }

    /** The transitions that the episodes are of. */
    public Transitions transitions() {
        return transitions;
    }

    /** The episodes, in the order of the data; unmodifiable. */
    public List<Episode> list() {
        return list;
    }

    /** Number of episodes. */
    public int size() {
        return list.size();
    }

    /** Episode {@code i}, from 0. */
    public Episode get(int i) {
        return list.get(i);
    }

    /** The undiscounted return of each episode; the caller owns the array. */
    public double[] returns() {
        return list.stream().mapToDouble(Episode::episodeReturn).toArray();
    }

    /** The number of transitions of each episode; the caller owns the array. */
    public int[] lengths() {
        return list.stream().mapToInt(Episode::length).toArray();
    }

    /**
     * Some of the episodes as transitions of their own, copied, in the given order. An episode that the data merely stop in
     * ends by timeout there, so that the next one does not continue it.
     *
     * @param numbers episodes, from 0
     * @throws IllegalArgumentException if there is no such episode
     */
    public Transitions select(List<Integer> numbers) {
        int n = 0;
        for (int number : numbers) {
            if (number < 0 || number >= size()) {
                throw new IllegalArgumentException(
                        "there is no episode " + number + "; episodes are numbered from 0 to " + (size() - 1));
            }
            n = Math.addExact(n, get(number).length());
        }
        int states = transitions.observationSize();
        int actions = transitions.actionSize();
        Transitions selection = new Transitions(states, actions, new float[Math.multiplyExact(n, states)],
                new float[Math.multiplyExact(n, actions)], new float[n], new float[n * states], new boolean[n],
                new boolean[n]);
        int to = 0;
        for (int number : numbers) {
            Episode episode = get(number);
            copy(episode, selection, to);
            to += episode.length();
            selection.timeouts()[to - 1] |= episode.ending() == Ending.END_OF_DATA;
        }
        return selection;
    }

    private void copy(Episode episode, Transitions target, int to) {
        int from = episode.start();
        int length = episode.length();
        int states = transitions.observationSize();
        int actions = transitions.actionSize();
        System.arraycopy(transitions.observations(), from * states, target.observations(), to * states,
                length * states);
        System.arraycopy(transitions.actions(), from * actions, target.actions(), to * actions, length * actions);
        System.arraycopy(transitions.rewards(), from, target.rewards(), to, length);
        System.arraycopy(transitions.nextObservations(), from * states, target.nextObservations(), to * states,
                length * states);
        System.arraycopy(transitions.terminals(), from, target.terminals(), to, length);
        System.arraycopy(transitions.timeouts(), from, target.timeouts(), to, length);
    }
}
