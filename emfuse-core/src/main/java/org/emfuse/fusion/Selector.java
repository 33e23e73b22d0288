package org.emfuse.fusion;

/** How EMSelect finds one expert among several (spec 02 §3). */
public enum Selector {
    /** The first expert is the incumbent; each following one is compared once; the winner stays. The default. */
    KING_OF_HILL,
    /** The expert nearest to the full fusion: argmin KL(p_fuse ‖ p_i). Does not depend on the experts' order. */
    CONSENSUS,
    /** All pairs: most wins, ties by summed D, then by order. */
    ROUND_ROBIN,
    /** A knock-out tournament. */
    BALANCED_BRACKET,
    /** As KING_OF_HILL, but the incumbent is the expert selected at the previous position. */
    STICKY
}
