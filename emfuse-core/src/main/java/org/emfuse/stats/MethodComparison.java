package org.emfuse.stats;

import java.util.Arrays;

/** One number for the scores of two methods on the same tasks. Pure. */
@FunctionalInterface
public interface MethodComparison {

    /**
     * Mean over tasks of the probability that a seed of x scores higher than a seed of y, ties counted half: the
     * Mann-Whitney statistic {@code U / (n_x n_y)}. In [0, 1]; 0.5 where the methods are alike. It tells how often x wins,
     * not by how much.
     */
    MethodComparison PROBABILITY_OF_IMPROVEMENT = (x, y) -> {
        double sum = 0;
        for (int task = 0; task < x.columns().length; task++) {
            sum += wins(x.columns()[task], y.columns()[task]);
        }
        return sum / x.columns().length;
    };

    /**
     * The number; {@link StratifiedBootstrap#estimate(ScoreMatrix, ScoreMatrix, MethodComparison)} checks that the tasks are
     * the same.
     */
    double of(ScoreMatrix x, ScoreMatrix y);

    /** An aggregate of x minus that of y. */
    static MethodComparison difference(Aggregate aggregate) {
        return (x, y) -> aggregate.of(x) - aggregate.of(y);
    }

    /** One walk through both in their order instead of a look at every pair: episodes are compared too, a hundred of each. */
    private static double wins(double[] x, double[] y) {
        double[] lower = sorted(y);
        long twice = 0;
        int below = 0;
        int notAbove = 0;
        for (double a : sorted(x)) {
            while (below < lower.length && lower[below] < a) {
                below++;
            }
            while (notAbove < lower.length && lower[notAbove] <= a) {
                notAbove++;
            }
            twice += below + notAbove;
        }
        return twice / 2.0 / ((double) x.length * y.length);
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
