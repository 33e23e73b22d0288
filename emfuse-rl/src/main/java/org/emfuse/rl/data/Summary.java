package org.emfuse.rl.data;

import java.util.Arrays;

import org.apache.commons.statistics.descriptive.Quantile;

/**
 * The distribution of some numbers. Quantiles interpolate between order statistics; those of no numbers are NaN.
 *
 * @param min the smallest
 * @param q05 5 % quantile
 * @param q25 lower quartile
 * @param median half are below
 * @param q75 upper quartile
 * @param q95 95 % quantile
 * @param max the largest
 * @param mean arithmetic mean
 * @param deviation standard deviation of these numbers themselves (divided by n)
 */
public record Summary(double min, double q05, double q25, double median, double q75, double q95, double max,
        double mean,
        double deviation) {

    private static final double NONE = Double.NaN;

    /** Summarises numbers. */
    static Summary of(double[] finite) {
        if (finite.length == 0) {
            return new Summary(NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
        }
        double[] q = Quantile.withDefaults().evaluate(finite, 0.05, 0.25, 0.5, 0.75, 0.95);
        return new Summary(Arrays.stream(finite).min().orElseThrow(), q[0], q[1], q[2], q[3], q[4],
                Arrays.stream(finite).max().orElseThrow(), Columns.mean(finite), Columns.deviation(finite));
    }
}
