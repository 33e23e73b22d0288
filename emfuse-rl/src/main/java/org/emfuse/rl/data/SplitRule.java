package org.emfuse.rl.data;

/** How episodes are put into domains. */
public enum SplitRule {
    /** Shuffled by the seed: domains of equal distribution, as a control. */
    RANDOM,
    /** Sorted by undiscounted return and cut: low, middle, high. */
    RETURN_SORTED,
    /** Sorted by the episode's mean of one observation coordinate, a forward velocity for instance, and cut. */
    SPEED_SORTED,
    /** To the nearest of k-means centres over the episodes' mean standardised observations, as far as there is room. */
    CLUSTER
}
