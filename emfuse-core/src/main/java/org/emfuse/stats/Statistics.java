package org.emfuse.stats;

import java.util.Arrays;

/**
 * Numbers that describe a sample. Each takes at least one finite value, does not change its argument, and does not depend on
 * the order of the values except for rounding.
 */
public final class Statistics {

    private Statistics() {}

    /** The arithmetic mean. */
    public static double mean(double... values) {
        return sum(checked(values), 0, values.length) / values.length;
    }

    /** The middle value; the mean of the two middle ones where the number of values is even. */
    public static double median(double... values) {
        return quantile(values, 0.5);
    }

    /** The mean of the middle half: the {@linkplain #trimmedMean trimmed mean} that drops a quarter at each end. */
    public static double interquartileMean(double... values) {
        return trimmedMean(values, 0.25);
    }

    /**
     * The mean of what is left when the smallest and the largest values are dropped, {@code floor(proportion · n)} of each:
     * a proportion of 0.25 drops 3 + 3 of 15 values, 1 + 1 of 5, none of 3.
     *
     * @param proportion to drop at each end, in [0, 0.5)
     */
    public static double trimmedMean(double[] values, double proportion) {
        if (!(proportion >= 0 && proportion < 0.5)) {
            throw new IllegalArgumentException(
                    "the proportion dropped at each end must be in [0, 0.5), found " + proportion);
        }
        double[] sorted = sorted(values);
        int dropped = (int) (proportion * sorted.length);
        return sum(sorted, dropped, sorted.length - dropped) / (sorted.length - 2 * dropped);
    }

    /**
     * The value below which a share of the sample lies, linear between neighbouring values.
     *
     * @param share in [0, 1]: 0 is the smallest value, 1 the largest
     */
    public static double quantile(double[] values, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of a quantile must be in [0, 1], found " + share);
        }
        double[] sorted = sorted(values);
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** The standard deviation of the population that the values were drawn from: the divisor is n - 1; n is at least 2. */
    public static double standardDeviation(double... values) {
        double mean = mean(values);
        if (values.length < 2) {
            throw new IllegalArgumentException("a standard deviation needs at least two values, found one");
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }

    /** The standard deviation of the mean of independent values: {@code standardDeviation / √n}; n is at least 2. */
    public static double standardError(double... values) {
        return standardDeviation(values) / Math.sqrt(values.length);
    }

    /** How far the values fall short of a target on average; those above it count as equal to it. */
    public static double optimalityGap(double[] values, double target) {
        if (!Double.isFinite(target)) {
            throw new IllegalArgumentException("the target of an optimality gap must be finite, found " + target);
        }
        double gap = 0;
        for (double value : checked(values)) {
            gap += Math.max(0, target - value);
        }
        return gap / values.length;
    }

    private static double[] sorted(double[] values) {
        double[] sorted = checked(values).clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static double sum(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum;
    }

    private static double[] checked(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a statistic needs at least one value, found none");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "a statistic needs finite values, found " + values[i] + " at index " + i);
            }
        }
        return values;
    }
}
