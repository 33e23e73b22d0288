package org.emfuse.rl.env;

/**
 * The two returns between which scores are normalised, each a mean over 1,000 episodes, undiscounted.
 *
 * @param random of uniformly random actions
 * @param reference of a known good controller
 */
public record ReturnReference(double random, double reference) {

    /** Checks the order. */
    public ReturnReference {
        if (!(random < reference)) {
            throw new IllegalArgumentException(
                    "the reference return " + reference + " must exceed the random one " + random);
        }
    }

    /** {@code 100 (R - R_random) / (R_reference - R_random)}: 0 is random, 100 the reference (spec 06 §9). */
    public double normalise(double episodeReturn) {
        return 100 * ((episodeReturn - random) / (reference - random)); // exactly 0 and 100 at the references
    }
}
