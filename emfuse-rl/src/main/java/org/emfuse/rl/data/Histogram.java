package org.emfuse.rl.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts of numbers in bins of equal width from the smallest to the largest. The last bin includes its upper edge.
 *
 * @param edges ascending, one more than there are counts; the same number twice if all numbers are equal
 * @param counts of the bins
 */
public record Histogram(List<Double> edges, List<Long> counts) {

    /** Copies the lists. */
    public Histogram {
        edges = List.copyOf(edges);
        counts = List.copyOf(counts);
    }

    /** Counts numbers; all equal ones in a single bin, none in no bin. */
    static Histogram of(double[] finite, int bins) {
        if (finite.length == 0) {
            return new Histogram(List.of(), List.of());
        }
        double min = Arrays.stream(finite).min().orElseThrow();
        double max = Arrays.stream(finite).max().orElseThrow();
        if (min == max) {
            return new Histogram(List.of(min, max), List.of((long) finite.length));
        }
        long[] counts = new long[bins];
        for (double value : finite) {
            counts[Math.min((int) ((value - min) / (max - min) * bins), bins - 1)]++;
        }
        return new Histogram(
                IntStream.rangeClosed(0, bins).mapToObj(i -> i == bins ? max : min + (max - min) * i / bins)
                        .toList(),
                Arrays.stream(counts).boxed().toList());
    }
}
