package org.emfuse.fusion;

import java.util.List;

/**
 * The outcome of one selection.
 *
 * @param winner index of the selected expert
 * @param comparisons the pairs that were compared, in order; empty for {@link Selector#CONSENSUS}
 */
public record Selection(int winner, List<Comparison> comparisons) {

    /** Pairs without a common outcome; they were decided for the incumbent. */
    public long disjointPairs() {
        return comparisons.stream().filter(c -> c.pair().disjoint()).count();
    }
}
