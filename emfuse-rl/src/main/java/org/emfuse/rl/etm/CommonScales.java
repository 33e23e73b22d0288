package org.emfuse.rl.etm;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Scales that several domains can share: those of their data put together, from numbers, means, deviations and ranges of each
 * alone (spec 04 §4). No data is passed on.
 */
public final class CommonScales {

    /**
     * What a domain tells of its data.
     *
     * @param slices [k], number of slices of length 1 … k; of length 1 there is one for each transition
     * @param scales of its data
     */
    public record Domain(long[] slices, Normaliser.Values scales) {

        /** Of a domain's data. */
        public static Domain of(SliceData data) {
            return new Domain(IntStream.rangeClosed(1, data.longest()).mapToLong(data::count).toArray(),
                    data.scales());
        }
    }

    private CommonScales() {}

    /**
     * The common scales.
     *
     * @param domains at least one, with the same coordinates and the same longest slice
     * @throws IllegalArgumentException if these differ
     */
    public static Normaliser.Values of(List<Domain> domains) {
        Domain first = domains.getFirst();
        for (Domain domain : domains) {
            requireSame("number of observation coordinates", first.scales.stateMean().length,
                    domain.scales.stateMean().length);
            requireSame("number of action coordinates", first.scales.actionMean().length,
                    domain.scales.actionMean().length);
            requireSame("longest slice", first.slices.length, domain.slices.length);
        }
        Pooled states = new Pooled(first.scales.stateMean().length);
        Pooled actions = new Pooled(first.scales.actionMean().length);
        int k = first.slices.length;
        int size = first.scales.targetMean()[0].length;
        double[][] scale = new double[k][size];
        double[][] mean = new double[k][];
        for (Domain domain : domains) {
            states.add(domain.slices[0], domain.scales.stateMean(), domain.scales.stateDeviation());
            actions.add(domain.slices[0], domain.scales.actionMean(), domain.scales.actionDeviation());
        }
        for (int m = 0; m < k; m++) {
            Pooled targets = new Pooled(size);
            for (Domain domain : domains) {
                targets.add(domain.slices[m], domain.scales.targetMean()[m], new double[size]);
                for (int j = 0; j < size; j++) {
                    scale[m][j] = Math.max(scale[m][j], domain.scales.targetScale()[m][j]);
                }
            }
            mean[m] = targets.mean;
        }
        return new Normaliser.Values(states.mean, states.deviation(), actions.mean, actions.deviation(), scale, mean);
    }

    private static void requireSame(String what, int first, int other) {
        if (first != other) {
            throw new IllegalArgumentException(
                    "domains with common scales must agree on the " + what + ", found " + first + " and " + other);
        }
    }

    /** Mean and variance of samples put together one by one (Chan et al. 1979). */
    private static final class Pooled {

        private final double[] mean;
        private final double[] squares;
        private long n;

        Pooled(int size) {
            this.mean = new double[size];
            this.squares = new double[size];
        }

        void add(long count, double[] otherMean, double[] otherDeviation) {
            long total = n + count;
            for (int j = 0; j < mean.length; j++) {
                double distance = otherMean[j] - mean[j];
                squares[j] += count * otherDeviation[j] * otherDeviation[j] + distance * distance * n * count / total;
                mean[j] += distance * count / total;
            }
            n = total;
        }

        double[] deviation() {
            double[] deviation = squares.clone();
            for (int j = 0; j < deviation.length; j++) {
                deviation[j] = Math.sqrt(deviation[j] / n);
            }
            return deviation;
        }
    }
}
