package org.emfuse.rl.data;

import java.util.List;

/** What older files leave out, rebuilt from what they have; every rebuilding leaves a note. */
final class MissingColumns {

    private MissingColumns() {}

    /**
     * Timeouts from next observations: an episode was cut where the following row does not begin with the observation that
     * this row ended with.
     *
     * @param given its timeouts are not looked at
     */
    static Transitions timeouts(Transitions given, List<String> notes) {
        int n = given.size();
        int o = given.observationSize();
        boolean[] timeouts = new boolean[n];
        int found = 0;
        for (int i = 0; i < n - 1; i++) {
            timeouts[i] = !given.terminals()[i] && !goesOn(given, i);
            found += timeouts[i] ? 1 : 0;
        }
        notes.add("timeouts: missing; rebuilt where next_observations differ from the observations of the following"
                + " row: " + found + " of " + n + " rows");
        return new Transitions(o, given.actionSize(), given.observations(), given.actions(), given.rewards(),
                given.nextObservations(), given.terminals(), timeouts);
    }

    private static boolean goesOn(Transitions given, int i) {
        int o = given.observationSize();
        for (int j = 0; j < o; j++) {
            if (given.nextObservations()[i * o + j] != given.observations()[(i + 1) * o + j]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Next observations from the following row of the same episode. The last row of an episode has none and is dropped; the
     * row before it then ends the record of the episode, as a timeout.
     *
     * @param given its next observations are not looked at
     */
    static Transitions nextObservations(Transitions given, List<String> notes) {
        int n = given.size();
        int o = given.observationSize();
        int a = given.actionSize();
        int[] kept = new int[n];
        int count = 0;
        int terminals = 0;
        for (int i = 0; i < n; i++) {
            if (given.episodeEnd(i)) {
                terminals += given.terminals()[i] ? 1 : 0;
            } else {
                kept[count++] = i;
            }
        }
        Transitions rebuilt = new Transitions(o, a, new float[count * o], new float[count * a], new float[count],
                new float[count * o], new boolean[count], new boolean[count]);
        for (int to = 0; to < count; to++) {
            int from = kept[to];
            System.arraycopy(given.observations(), from * o, rebuilt.observations(), to * o, o);
            System.arraycopy(given.actions(), from * a, rebuilt.actions(), to * a, a);
            rebuilt.rewards()[to] = given.rewards()[from];
            System.arraycopy(given.observations(), (from + 1) * o, rebuilt.nextObservations(), to * o, o);
            rebuilt.timeouts()[to] = given.episodeEnd(from + 1);
        }
        notes.add(
                "next_observations: missing; rebuilt from the following row. The last row of every episode was dropped: "
                        + (n - count) + " of " + n + " rows, " + terminals + " of them terminal, so "
                        + (terminals == 0 ? "nothing is lost but these" : "no terminal transition is left"));
        return rebuilt;
    }
}
