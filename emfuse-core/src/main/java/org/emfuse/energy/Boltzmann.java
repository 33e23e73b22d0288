package org.emfuse.energy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.PriorityQueue;

/**
 * Distributions over finitely many outcomes as rows of energies, p(v) = exp(-E_v) (spec 01). Energies are in nats; +∞ is
 * an impossible outcome. Sums are in double. Pure, apart from the array that a method says it writes.
 */
public final class Boltzmann {

    private Boltzmann() {}

    /** Which implementation computes the sums, for run records: {@code scalar} or {@code vector N bit}. */
    public static String kernel() {
        return Kernel.best().name();
    }

    /**
     * Energies of a language model's logits: E = -logsoftmax(z/τ), cut to the outcomes of {@code out} before the softmax.
     *
     * @param logits at least {@code out.length}; -∞ forbids an outcome
     * @param tau the expert's temperature, positive
     * @param out receives the energies, Σ exp(-E) = 1
     * @throws InvalidEnergiesException if a logit is NaN or +∞, or none is finite
     * @throws IllegalArgumentException if τ is not positive
     */
    public static void energies(float[] logits, double tau, float[] out) {
        energies(MemorySegment.ofArray(logits), tau, out);
    }

    /**
     * {@link #energies(float[], double, float[])} of logits in native memory, which is read once.
     *
     * @param logits floats, at least as many as {@code out} takes; not kept
     */
    public static void energies(MemorySegment logits, double tau, float[] out) {
        if (!(tau > 0) || Double.isInfinite(tau)) {
            throw new IllegalArgumentException("expected a positive temperature, found " + tau);
        }
        long count = logits.byteSize() / Float.BYTES;
        if (count < out.length) {
            throw new IllegalArgumentException("expected at least " + out.length + " logits, found " + count);
        }
        Kernel.best().scale(logits, -1 / tau, out);
        int bad = firstInvalid(out);
        if (bad >= 0) {
            throw new InvalidEnergiesException("expected finite logits or -∞, found "
                    + logits.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, bad) + " at token " + bad);
        }
        if (normalizeUnlessEmpty(out) == Double.NEGATIVE_INFINITY) {
            throw new InvalidEnergiesException("expected a finite logit, found -∞ at every token");
        }
    }

    /** The first outcome whose energy is NaN or -∞, -1 if there is none. */
    public static int firstInvalid(float[] energies) {
        return Kernel.best().firstInvalid(energies);
    }

    /** Whether a row is no distribution's: it holds NaN or -∞, or nothing finite. */
    public static boolean isFaulty(float[] energies) {
        return firstInvalid(energies) >= 0 || isEmpty(energies);
    }

    /** Whether every outcome is impossible: no energy is below +∞. */
    public static boolean isEmpty(float[] energies) {
        for (float energy : energies) {
            if (energy < Float.POSITIVE_INFINITY) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes Σ exp(-E) = 1 by adding a constant.
     *
     * @param energies changed in place
     * @return log Σ exp(-E) of what came in: log Z, the constant that was added
     * @throws IllegalArgumentException if no outcome has finite energy; nothing is changed then
     */
    public static double normalize(float[] energies) {
        double logZ = normalizeUnlessEmpty(energies);
        if (logZ == Double.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException("no outcome has finite energy: the experts' supports are disjoint, or"
                    + " every outcome is masked");
        }
        return logZ;
    }

    /** {@link #normalize}, but where no outcome has finite energy nothing is changed and the constant is -∞. */
    public static double normalizeUnlessEmpty(float[] energies) {
        double logZ = logPartition(energies);
        if (logZ != Double.NEGATIVE_INFINITY) {
            for (int v = 0; v < energies.length; v++) {
                energies[v] = (float) (energies[v] + logZ);
            }
        }
        return logZ;
    }

    /** log Σ exp(-E), -∞ where no outcome has finite energy. */
    public static double logPartition(float[] energies) {
        float min = Kernel.best().min(energies);
        if (min == Float.POSITIVE_INFINITY) {
            return Double.NEGATIVE_INFINITY;
        }
        return Math.log(Kernel.best().sumExp(energies, min)) - min;
    }

    /** The outcome of the lowest energy, the smallest id on ties. */
    public static int argmin(float[] energies) {
        Kernel kernel = Kernel.best();
        return Math.max(0, kernel.indexOf(energies, kernel.min(energies)));
    }

    /**
     * The outcomes of the lowest energies, lowest first, ties by id; infinite energies included.
     *
     * @param k how many, at most the number of outcomes
     */
    public static int[] lowest(float[] energies, int k) {
        int count = Math.min(k, energies.length);
        // The worst of the kept ones is on top: the highest energy, the largest id among equals.
        PriorityQueue<Integer> kept = new PriorityQueue<>(Math.max(1, count),
                (a, b) -> energies[a] != energies[b] ? Float.compare(energies[b], energies[a]) : Integer.compare(b, a));
        for (int v = 0; v < energies.length && count > 0; v++) {
            if (kept.size() < count) {
                kept.add(v);
            } else if (energies[v] < energies[kept.element()]) {
                kept.remove();
                kept.add(v);
            }
        }
        int[] ids = new int[count];
        for (int rank = count - 1; rank >= 0; rank--) {
            ids[rank] = kept.remove();
        }
        return ids;
    }

    /**
     * E_p[q_k] = Σ_v exp(-p_v) q_k(v) for several functions of the outcome at once.
     *
     * @param p normalised energies
     * @param q values per outcome, for example other rows of energies
     * @return one expectation per function; +∞ where q_k is infinite at a possible outcome
     */
    public static double[] expectations(float[] p, float[]... q) {
        double[] out = new double[q.length];
        Kernel.best().expectations(p, 0, q, out);
        return out;
    }

    /** The entropy of normalised energies, H(p) = E_p[E], in nats. */
    public static double entropy(float[] p) {
        return Math.max(0, expectations(p, p)[0]);
    }

    /** KL(p ‖ q) of normalised energies in nats, at least 0; +∞ where q forbids what p allows. */
    public static double kl(float[] p, float[] q) {
        double[] m = expectations(p, p, q);
        return clampKl(m[1] - m[0]);
    }

    /**
     * The arithmetic mixture m = Σ λ_i p_i as energies.
     *
     * @param out receives the mixture, normalised if the rows are
     */
    public static void mixture(float[][] rows, ExpertWeights weights, float[] out) {
        Kernel.best().mix(rows, weights.toArray(), out);
    }

    /** Rounding can leave a divergence just below 0; it is 0 then. */
    static double clampKl(double kl) {
        return Math.max(0, kl);
    }
}
