package org.emfuse.rl.data;

import java.util.ArrayList;
import java.util.List;

/**
 * What a table became.
 *
 * @param transitions episode by episode, in the order in which the episodes begin in the file
 * @param episodeIds the id of each episode of {@code transitions}
 * @param rows that were read
 * @param singleRowEpisodes episodes left out because one row without a next observation is no transition
 * @param equalTimes rows with the same time as the row before in their episode; they stay in the file's order
 * @param unusedLastRows episodes whose last row has an action and a reward that are not used, because what they led to is
 *     not in the file
 */
public record ImportedTable(Transitions transitions, List<String> episodeIds, int rows, int singleRowEpisodes,
        long equalTimes, int unusedLastRows) {

    /** What somebody should know about the import, one sentence each; empty if there is nothing to say. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (singleRowEpisodes > 0) {
            notes.add("episodes of one row, left out: " + singleRowEpisodes);
        }
        if (equalTimes > 0) {
            notes.add("rows with the time of the row before, kept in the file's order: " + equalTimes);
        }
        if (unusedLastRows > 0) {
            notes.add("episodes whose last row serves only as next observation, its action and reward unused: "
                    + unusedLastRows + "; if the file has the observations after them, map next_observation");
        }
        return List.copyOf(notes);
    }
}
