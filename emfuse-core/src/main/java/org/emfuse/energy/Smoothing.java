package org.emfuse.energy;

import java.util.function.IntPredicate;

/**
 * Laplace smoothing of one expert, p^ε = (1-ε) p + ε/V' (spec 01 §5). Off by default. Adds an even tail of mass ε, which
 * by itself can change EMSelect's choice: keep ε·V' far below 1 there.
 */
public final class Smoothing {

    private Smoothing() {}

    /**
     * Smooths a row in place.
     *
     * @param energies normalised energies; changed
     * @param epsilon in [0, 1); 0 changes nothing
     * @param allowed V', the number of outcomes that are not masked, at least 1
     * @param masked whether an outcome is masked: it keeps its energy, smoothing does not revive it
     */
    public static void apply(float[] energies, double epsilon, int allowed, IntPredicate masked) {
        if (!(epsilon >= 0 && epsilon < 1) || allowed < 1) {
            throw new IllegalArgumentException("expected epsilon in [0, 1) and at least one allowed outcome, found "
                    + epsilon + " and " + allowed);
        }
        if (epsilon == 0) {
            return;
        }
        double keep = Math.log1p(-epsilon);
        double floor = Math.log(epsilon / allowed);
        for (int v = 0; v < energies.length; v++) {
            if (!masked.test(v)) {
                energies[v] = (float) -logAddExp(keep - energies[v], floor);
            }
        }
    }

    private static double logAddExp(double a, double b) {
        double max = Math.max(a, b);
        return max + Math.log1p(Math.exp(Math.min(a, b) - max));
    }
}
