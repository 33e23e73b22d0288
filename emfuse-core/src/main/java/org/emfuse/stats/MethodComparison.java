package org.emfuse.stats;

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

    private static double wins(double[] x, double[] y) {
        double wins = 0;
        for (double a : x) {
            for (double b : y) {
                wins += a > b ? 1 : a == b ? 0.5 : 0;
            }
        }
        return wins / ((double) x.length * y.length);
    }
}
