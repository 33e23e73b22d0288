package org.emfuse.rl.etm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

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
     * @throws IllegalArgumentException if it has others, or too little of them
     */
    public static HoldOut of(Transitions data, TransitionSpace space, int longest, long seed) {
        data.requireSizes("the data", space.observationSize(), space.actionSize(), "the model's space",
                "is it from another environment?");
        return of(data, longest, seed);
    }

    /**
     * Keeps apart the larger of a tenth and 1,000 transitions, but at most half of the episodes.
     *
     * @param longest k: both parts have an episode of at least so many transitions
     * @throws IllegalArgumentException if there are fewer than two transitions, or no two episodes so long
     */
    public static HoldOut of(Transitions data, int longest, long seed) {
        int n = data.size();
        if (n < 2) {
            throw new IllegalArgumentException(
                    "a domain of " + n + " transitions is too small to train on; at least 2 are needed");
        }
        Episodes episodes = Episodes.of(data);
        requireLongEnough(episodes, n, longest);
        if (episodes.size() == 1) {
            int apart = Math.min(n - longest, Math.max(longest, (int) (SHARE * n)));
            return new HoldOut(data.rows(0, n - apart), data.rows(n - apart, n));
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
        List<Integer> apart = order.subList(0, kept);
        List<Integer> rest = order.subList(kept, order.size());
        lend(episodes, longest, rest, apart);
        lend(episodes, longest, apart, rest);
        return new HoldOut(episodes.select(rest.stream().sorted().toList()),
                episodes.select(apart.stream().sorted().toList()));
    }

    /** Where one part has no episode so long, its last one and the first such of the other change places. */
    private static void lend(Episodes episodes, int longest, List<Integer> from, List<Integer> to) {
        if (to.stream().noneMatch(i -> episodes.get(i).length() >= longest)) {
            for (int j = 0; j < from.size(); j++) {
                if (episodes.get(from.get(j)).length() >= longest) {
                    from.set(j, to.set(to.size() - 1, from.get(j)));
                    return;
                }
            }
        }
    }

    private static void requireLongEnough(Episodes episodes, int rows, int longest) {
        int[] lengths = IntStream.range(0, episodes.size()).map(i -> episodes.get(i).length()).sorted().toArray();
        int possible = lengths.length == 1 ? rows / 2 : lengths[lengths.length - 2];
        if (possible < longest) {
            throw new IllegalArgumentException("slices of " + longest
                    + " transitions need as many in one episode to train"
                    + " on and in another to measure errors on; found " + lengths.length + " episodes of "
                    + lengths[0] + " to " + lengths[lengths.length - 1] + "; train with slices up to " + possible
                    + ", or give longer episodes");
        }
    }

    /** The same for slices of one transition. */
    public static HoldOut of(Transitions data, long seed) {
        return of(data, 1, seed);
    }
}
