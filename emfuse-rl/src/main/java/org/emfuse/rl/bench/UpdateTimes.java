package org.emfuse.rl.bench;

import java.util.Arrays;

import org.apache.commons.statistics.descriptive.Quantile;

/**
 * Durations of single updates, after warm-up.
 *
 * @param low their 5 % quantile, milliseconds
 * @param median of them, milliseconds
 * @param high their 95 % quantile, milliseconds
 * @param updates how many were timed
 */
public record UpdateTimes(double low, double median, double high, int updates) {

    /** Times single calls; the first ones are not counted. */
    static UpdateTimes of(int warmUp, int calls, Runnable work) {
        for (int i = 0; i < warmUp; i++) {
            work.run();
        }
        long[] nanos = new long[calls];
        for (int i = 0; i < calls; i++) {
            long began = System.nanoTime();
            work.run();
            nanos[i] = System.nanoTime() - began;
        }
        return of(nanos);
    }

    /** Of durations in nanoseconds, at least one. */
    static UpdateTimes of(long[] nanos) {
        double[] sorted = Arrays.stream(nanos).mapToDouble(each -> each / 1e6).sorted().toArray();
        double[] quantiles = Quantile.withDefaults().evaluate(sorted, 0.05, 0.5, 0.95);
        return new UpdateTimes(quantiles[0], quantiles[1], quantiles[2], sorted.length);
    }
}
