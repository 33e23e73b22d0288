package org.emfuse.rl.diagnostics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

import org.emfuse.stats.Statistics;

/**
 * How one number goes with another: pairs sorted by the first, cut into bins of equally many, the medians of each.
 *
 * @param x medians of the first number, increasing
 * @param y medians of the second number in the same bins
 */
public record BinnedMedians(double[] x, double[] y) {

    /**
     * Medians of pairs.
     *
     * @param bins at most; fewer where there are fewer pairs
     */
    public static BinnedMedians of(double[] x, double[] y, int bins) {
        int[] order = IntStream.range(0, x.length).boxed().sorted(Comparator.comparingDouble(i -> x[i]))
                .mapToInt(Integer::intValue).toArray();
        int n = Math.min(bins, order.length);
        double[] medianX = new double[n];
        double[] medianY = new double[n];
        for (int b = 0; b < n; b++) {
            int[] members = Arrays.copyOfRange(order, b * order.length / n, (b + 1) * order.length / n);
            medianX[b] = Statistics.median(Arrays.stream(members).mapToDouble(i -> x[i]).toArray());
            medianY[b] = Statistics.median(Arrays.stream(members).mapToDouble(i -> y[i]).toArray());
        }
        return new BinnedMedians(medianX, medianY);
    }
}
