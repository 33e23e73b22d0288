package org.emfuse.stats;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Percentile bootstrap over seeds, stratified by task: each replicate draws, for each task, as many of its seeds as it has,
 * with replacement. The interval says how much a number would move with other seeds; the tasks are taken as given. With one
 * seed per task every replicate is the same and the interval has width 0.
 *
 * @param replicates how many, at least 1
 * @param level share of replicates inside the interval, in (0, 1)
 * @param seed of the draws; equal arguments give equal intervals
 */
public record StratifiedBootstrap(int replicates, double level, long seed) {

    /** Checks the ranges. */
    public StratifiedBootstrap {
        if (replicates < 1) {
            throw new IllegalArgumentException("a bootstrap needs at least 1 replicate, found " + replicates);
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("the level of an interval must be in (0, 1), found " + level);
        }
    }

    /** 50,000 replicates, 95 % intervals. */
    public static StratifiedBootstrap standard(long seed) {
        return new StratifiedBootstrap(50_000, 0.95, seed);
    }

    /** An aggregate of one method's scores. */
    public Estimate estimate(ScoreMatrix scores, Aggregate aggregate) {
        return interval(aggregate.of(scores), random -> aggregate.of(scores.resampled(random)));
    }

    /**
     * A comparison of two methods, whose seeds are drawn independently of each other.
     *
     * @throws IllegalArgumentException if the tasks are not the same, in the same order
     */
    public Estimate estimate(ScoreMatrix x, ScoreMatrix y, MethodComparison comparison) {
        if (!x.tasks().equals(y.tasks())) {
            throw new IllegalArgumentException("methods are compared on the same tasks in the same order, found "
                    + x.tasks() + " and " + y.tasks());
        }
        return interval(comparison.of(x, y), random -> comparison.of(x.resampled(random), y.resampled(random)));
    }

    private Estimate interval(double value, ToDoubleFunction<SplittableRandom> replicate) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[replicates];
        for (int i = 0; i < replicates; i++) {
            values[i] = replicate.applyAsDouble(random);
        }
        double tail = (1 - level) / 2;
        return new Estimate(value, Statistics.quantile(values, tail), Statistics.quantile(values, 1 - tail));
    }
}
