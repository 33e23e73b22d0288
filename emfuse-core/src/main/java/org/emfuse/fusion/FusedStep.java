package org.emfuse.fusion;

import java.util.Arrays;
import java.util.List;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.EnergyFusion;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.FloatEnergies;
import org.emfuse.energy.InvalidEnergiesException;

/**
 * The diagnostics of one position, for the additive pool under the given weights whatever rule made the row (spec 01
 * §7). Arrays are indexed by expert and owned by the record; callers do not change them.
 *
 * @param weights λ of this position
 * @param topToken outcome of the lowest fused energy, the smallest id on ties
 * @param logZ log Z in nats, at most 0; -logZ is the experts' disagreement; -∞ where no outcome survives
 * @param klFuseTo KL(p_fuse ‖ p_i) in nats, at least 0, +∞ possible where λ_i = 0
 * @param klToFuse KL(p_i ‖ p_fuse) in nats, at least 0, +∞ where the fusion vetoes an outcome of expert i
 * @param entropy entropy of p_fuse in nats
 * @param entropies entropy of each p_i in nats
 * @param vetoCount outcomes of infinite fused energy
 * @param chosen the expert that the rule selected, -1 where it blends
 * @param fallback true where the mixture took the place of an empty product
 * @param faulty experts whose rows are not valid energies; they can only be there with λ = 0
 */
public record FusedStep(ExpertWeights weights, int topToken, double logZ, double[] klFuseTo, double[] klToFuse,
        double entropy, double[] entropies, int vetoCount, int chosen, boolean fallback, int faulty) {

    /**
     * Reads the diagnostics off the experts' rows: log Z = log Σ exp(-Σ λ_i E_i), KL(f ‖ p_i) = E_f[E_i] - H(f),
     * KL(p_i ‖ f) = E_i[E_f] - H(p_i).
     *
     * @param rows normalised energies, one row per expert; a row of λ = 0 counts only in its own divergences, and NaN
     *     there makes those NaN; it may be absent, an empty array, which is as NaN
     * @param weights λ
     * @param chosen what the rule chose, recorded
     * @throws InvalidEnergiesException if a row of λ > 0 holds NaN or -∞, or no finite energy; names the expert
     */
    public static FusedStep of(List<float[]> rows, ExpertWeights weights, int chosen) {
        int n = rows.size();
        float[] fused = EnergyFusion.fuse(weights, rows, FloatEnergies.SPACE);
        FusionRule.requireRows(rows, weights, fused);
        double logZ = Boltzmann.logPartition(fused);
        boolean empty = logZ == Double.NEGATIVE_INFINITY;
        if (empty) {
            Boltzmann.mixture(rows.toArray(float[][]::new), weights, fused);
        }
        int vetoes = empty ? fused.length : vetoes(fused);
        Boltzmann.normalize(fused);

        float[][] values = rows.toArray(new float[n + 1][]);
        for (int i = 0; i < n; i++) {
            values[i] = values[i].length == 0 ? absent(fused.length) : values[i];
        }
        values[n] = fused;
        double[] underFused = Boltzmann.expectations(fused, values);
        double entropy = underFused[n];
        double[] klFuseTo = new double[n];
        double[] klToFuse = new double[n];
        double[] entropies = new double[n];
        for (int i = 0; i < n; i++) {
            double[] underExpert = Boltzmann.expectations(values[i], values[i], fused);
            entropies[i] = underExpert[0];
            klFuseTo[i] = Math.max(0, underFused[i] - entropy);
            klToFuse[i] = Math.max(0, underExpert[1] - underExpert[0]);
        }
        return new FusedStep(weights, Boltzmann.argmin(fused), Math.min(0, logZ), klFuseTo, klToFuse, entropy,
                entropies,
                vetoes, chosen, empty, (int) rows.stream().filter(Boltzmann::isFaulty).count());
    }

    private static float[] absent(int outcomes) {
        float[] row = new float[outcomes];
        Arrays.fill(row, Float.NaN);
        return row;
    }

    private static int vetoes(float[] fused) {
        int count = 0;
        for (float energy : fused) {
            count += energy == Float.POSITIVE_INFINITY ? 1 : 0;
        }
        return count;
    }

    @Override
    public String toString() {
        return "FusedStep[weights=" + weights + ", topToken=" + topToken + ", logZ=" + logZ + ", klFuseTo="
                + Arrays.toString(klFuseTo) + ", klToFuse=" + Arrays.toString(klToFuse) + ", entropy=" + entropy
                + ", chosen=" + chosen + ", fallback=" + fallback + ", faulty=" + faulty + "]";
    }
}
