package org.emfuse.rl.etm;

import java.util.ArrayList;
import java.util.List;

import org.apache.commons.rng.sampling.ListSampler;
import org.emfuse.rl.data.Episodes;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.random.RandomStream;

/**
 * Data to train on and data kept apart to measure errors on. Whole episodes are kept apart, because slices of one episode
 * overlap; where there is one episode only, its last part is.
 *
 * @param training what is trained on
 * @param apart what is not
 */
public record HoldOut(Transitions training, Transitions apart) {

    private static final double SHARE = 0.1;
    private static final int LEAST = 1000;

    /**
     * As below, of data that must have the coordinates of a model's space.
     *
     * @throws IllegalArgumentException if it has others, or fewer than two transitions
     */
    public static HoldOut of(Transitions data, TransitionSpace space, long seed) {
        if (data.observationSize() != space.observationSize() || data.actionSize() != space.actionSize()) {
            throw new IllegalArgumentException("the data has " + data.observationSize() + " observation and "
                    + data.actionSize() + " action coordinates, the model's space " + space.observationSize() + " and "
                    + space.actionSize() + "; is it from another environment?");
        }
        return of(data, seed);
    }

    /**
     * Keeps apart the larger of a tenth and 1,000 transitions, but at most half of the episodes.
     *
     * @throws IllegalArgumentException if there are fewer than two transitions
     */
    public static HoldOut of(Transitions data, long seed) {
        int n = data.size();
        if (n < 2) {
            throw new IllegalArgumentException(
                    "a domain of " + n + " transitions is too small to train on; at least 2 are needed");
        }
        Episodes episodes = Episodes.of(data);
        if (episodes.size() == 1) {
            int cut = Math.max(1, n - Math.max(1, (int) (SHARE * n)));
            return new HoldOut(data.rows(0, cut), data.rows(cut, n));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < episodes.size(); i++) {
            order.add(i);
        }
        ListSampler.shuffle(RandomStream.of(seed, "hold-out"), order);
        double wanted = Math.max(SHARE * n, LEAST);
        int kept = 0;
        int rows = 0;
        while (rows < wanted && kept < episodes.size() / 2) {
            rows += episodes.get(order.get(kept)).length();
            kept++;
        }
        List<Integer> apart = order.subList(0, kept).stream().sorted().toList();
        List<Integer> rest = order.subList(kept, order.size()).stream().sorted().toList();
        return new HoldOut(episodes.select(rest), episodes.select(apart));
    }
}
