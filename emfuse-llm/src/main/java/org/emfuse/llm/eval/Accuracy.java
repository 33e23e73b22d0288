package org.emfuse.llm.eval;

import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/**
 * A share of right answers.
 *
 * @param right how many were right
 * @param n of how many, at least 1
 */
public record Accuracy(int right, int n) {

    private static final double ALPHA = 0.05;

    /** Refuses impossible counts. */
    public Accuracy {
        if (n < 1 || right < 0 || right > n) {
            throw new IllegalArgumentException("expected 0 to n right answers of at least 1, found " + right + " of "
                    + n);
        }
    }

    /** The share, in 0..1. */
    public double value() {
        return (double) right / n;
    }

    /** Lower end of the 95 % Wilson score interval. */
    public double low() {
        return interval().getLowerBound();
    }

    /** Upper end of the 95 % Wilson score interval. */
    public double high() {
        return interval().getUpperBound();
    }

    private Interval interval() {
        return BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(n, right, ALPHA);
    }
}
