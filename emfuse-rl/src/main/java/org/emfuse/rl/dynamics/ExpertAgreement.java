package org.emfuse.rl.dynamics;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.stats.Statistics;

/**
 * Whether the experts of a fused simulator speak of the same (spec 06 §§1-2). An expert says nothing of its own about targets
 * outside of its box, and the sum of energies that lead to different places is a compromise that none of them means.
 *
 * @param experts their names, in order
 * @param outside share of the simulator's predictions that lie outside of each expert's own box, in [0, 1]
 * @param spread of the experts' own one-step predictions after each history, in the units of the simulator's uncertainty, of those
 *        with a weight
 */
public record ExpertAgreement(List<String> experts, double[] outside, double[] spread) {

    /** Above this share of predictions the domains' ranges differ strongly. */
    public static final double MOST_OUTSIDE = 0.05;

    /**
     * Measured after logged histories, spread evenly over the data: with as many pairs as the simulator looks at, or as the
     * longest episode has.
     *
     * @param histories at most
     * @throws IllegalArgumentException if there are no data
     */
    public static ExpertAgreement of(EnergyDynamics dynamics, Transitions data, int histories, RandomStream random) {
        int[] position = data.positions();
        int longest = 1 + Math.min(dynamics.longestSlice() - 1, IntStream.of(position).max().orElseThrow(
                () -> new IllegalArgumentException("experts are compared after logged histories, and there are none")));
        int[] possible = IntStream.range(0, position.length).filter(i -> position[i] >= longest - 1).toArray();
        int count = Math.min(histories, possible.length);
        Histories logged = new Histories(count, dynamics.longestSlice(), data.observationSize(), data.actionSize());
        for (int i = 0; i < count; i++) {
            int last = possible[(int) ((long) i * possible.length / count)];
            for (int j = last - longest + 1; j <= last; j++) {
                logged.push(i, data.observation(j), data.action(j));
            }
        }
        return dynamics.agreement(logged, IntStream.range(0, count).toArray(), random);
    }

    /** The median spread. */
    public double medianSpread() {
        return spread.length == 0 ? Double.NaN : Statistics.median(spread);
    }

    /** A sentence about each expert outside of whose box too many predictions lie. */
    public List<String> notes() {
        return IntStream.range(0, experts.size()).filter(i -> outside[i] > MOST_OUTSIDE)
                .mapToObj(i -> String.format(Locale.ROOT,
                        "%.0f %% of the predictions lie outside of what %s was trained"
                                + " on: the domains' ranges differ strongly",
                        100 * outside[i], experts.get(i)))
                .toList();
    }
}
