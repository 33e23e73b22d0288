package org.emfuse.rl.bench;

import java.util.List;

/**
 * The sizes behind the cost of an update.
 *
 * @param observations coordinates of an observation
 * @param actions coordinates of an action
 * @param hidden sizes of the hidden layers of actor and critics
 * @param batch transitions per update
 * @param stored transitions in the replay buffer that they are drawn from
 */
public record UpdateShapes(int observations, int actions, List<Integer> hidden, int batch, int stored) {

    /** Copies the list. */
    public UpdateShapes {
        hidden = List.copyOf(hidden);
    }

    /** Those by which libraries are compared: 11 observations, 3 actions, 256×2, batch 256, 100,000 transitions. */
    public static UpdateShapes standard() {
        return new UpdateShapes(11, 3, List.of(256, 256), 256, 100_000);
    }
}
