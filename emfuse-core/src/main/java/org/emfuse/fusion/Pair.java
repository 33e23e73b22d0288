package org.emfuse.fusion;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.EnergyFusion;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.FloatEnergies;

/**
 * Two experts at one position and their fusion p_ij ∝ p_i^α p_j^(1-α) (spec 02 §1).
 *
 * @param d D_ij = E_{p_ij}[log p_i - log p_j] in nats; expert i is the nearer one iff D ≥ 0; 0 where the supports are
 *     disjoint
 * @param logZ ψ(α) = log Σ p_i^α p_j^(1-α), at most 0; -∞ where the supports are disjoint
 * @param klToFirst KL(p_ij ‖ p_i) = -(1-α) D - ψ(α) in nats
 * @param klToSecond KL(p_ij ‖ p_j) = α D - ψ(α) in nats
 */
public record Pair(double d, double logZ, double klToFirst, double klToSecond) {

    /**
     * Compares two rows.
     *
     * @param first normalised energies of expert i, the incumbent
     * @param second normalised energies of expert j, the challenger
     * @param alpha exponent of the first
     */
    public static Pair compare(float[] first, float[] second, double alpha) {
        ExpertWeights weights = ExpertWeights.of(alpha, 1 - alpha);
        float[] fused = EnergyFusion.fuse(weights, List.of(first, second), FloatEnergies.SPACE);
        double psi = Boltzmann.normalizeUnlessEmpty(fused);
        if (psi == Double.NEGATIVE_INFINITY) {
            return new Pair(0, psi, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double[] mean = Boltzmann.expectations(fused, first, second);
        double d = mean[1] - mean[0];
        return new Pair(d, psi, -(1 - alpha) * d - psi, alpha * d - psi);
    }

    /** {@link #compare} on the union of both experts' {@code topK} most probable outcomes, each renormalised there. */
    public static Pair compareTop(float[] first, float[] second, double alpha, int topK) {
        int[] support = union(Boltzmann.lowest(first, topK), Boltzmann.lowest(second, topK));
        return compare(restrict(first, support), restrict(second, support), alpha);
    }

    /** True where the two experts allow no common outcome. */
    public boolean disjoint() {
        return logZ == Double.NEGATIVE_INFINITY;
    }

    private static float[] restrict(float[] row, int[] support) {
        float[] part = new float[support.length];
        for (int k = 0; k < support.length; k++) {
            part[k] = row[support[k]];
        }
        Boltzmann.normalize(part);
        return part;
    }

    private static int[] union(int[] a, int[] b) {
        return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).sorted().distinct().toArray();
    }
}
