package org.emfuse.rl.rollout;

import java.util.stream.IntStream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.random.RandomStream;

/**
 * Places in logged data where rollouts begin: a state with the k - 1 pairs before it, all of one episode, so that the first
 * step already has slices of every length (spec 06 §5). Where no episode is so long, the longest histories there are.
 */
public final class StartHistories {

    private final Transitions data;
    private final int before;
    private final int[] places;

    /**
     * Finds the places.
     *
     * @param longest k, pairs that the simulator looks at
     * @throws IllegalArgumentException if there are no data
     */
    public StartHistories(Transitions data, int longest) {
        if (data.size() == 0) {
            throw new IllegalArgumentException("rollouts begin in logged states, and there are none");
        }
        this.data = data;
        int[] position = data.positions();
        int most = IntStream.of(position).max().orElse(0);
        this.before = Math.min(longest - 1, most);
        this.places = IntStream.range(0, position.length).filter(i -> position[i] >= before).toArray();
    }

    /** Pairs before each start: k - 1, or fewer where the data's episodes are shorter; slices have one more at most. */
    public int before() {
        return before;
    }

    /**
     * Draws a start and fills a trajectory's history with what was before it.
     *
     * @return the state to act in; the caller owns it
     */
    public double[] draw(Histories histories, int trajectory, RandomStream random) {
        int place = places[random.nextInt(places.length)];
        histories.clear(trajectory);
        for (int i = place - before; i < place; i++) {
            histories.push(trajectory, data.observation(i), data.action(i));
        }
        return data.observation(place);
    }
}
