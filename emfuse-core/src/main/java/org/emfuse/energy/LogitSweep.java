package org.emfuse.energy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Everything about one fused step in a single sweep over raw logits (spec 01 §3): the specification of the diagnostics,
 * in double. Sums are kept with a running maximum, so the result does not depend on where the sweep is cut.
 *
 * <p>{@code s(v) = Σ λ_i a_i z_i(v)} with {@code a_i = 1/τ_i}; an outcome with z_i = -∞ under λ_i > 0 is vetoed.
 */
public final class LogitSweep {

    private final ExpertWeights weights;
    private final double[] a;
    /** Each expert's first finite logit, subtracted from all its logits in the means; NaN before it has come. */
    private final double[] reference;
    /** log-normaliser sums of each expert, and of the fusion at index n. */
    private final double[] max;
    private final double[] sum;
    /** weighted sums of z_j (relative to the reference) under expert i, and under the fusion at index n. */
    private final double[][] mean;
    private int outcomes;
    private int vetoes;

    /**
     * A sweep over no outcome yet.
     *
     * @param weights λ
     * @param tau temperatures, one per expert, positive and finite
     * @throws IllegalArgumentException if a temperature is not, or their number is another than the weights'
     */
    public LogitSweep(ExpertWeights weights, double[] tau) {
        int n = weights.size();
        if (tau.length != n) {
            throw new IllegalArgumentException(
                    "expected one temperature per weight: " + n + " weights, found " + tau.length + " temperatures");
        }
        this.weights = weights;
        this.a = new double[n];
        for (int i = 0; i < n; i++) {
            if (!(tau[i] > 0) || Double.isInfinite(tau[i])) {
                throw new IllegalArgumentException(
                        "expected positive temperatures, found " + tau[i] + " for expert " + i);
            }
            a[i] = 1 / tau[i];
        }
        this.reference = new double[n];
        this.max = new double[n + 1];
        this.sum = new double[n + 1];
        this.mean = new double[n + 1][n];
        Arrays.fill(max, Double.NEGATIVE_INFINITY);
        Arrays.fill(reference, Double.NaN);
    }

    /**
     * Adds one outcome.
     *
     * @param z the experts' logits of the outcome; that of an expert with λ = 0 may be anything
     * @throws InvalidEnergiesException if a logit that counts is NaN or +∞; names expert and outcome
     */
    public void add(double... z) {
        int n = a.length;
        for (int i = 0; i < n; i++) {
            if (weights.lambda(i) > 0 && !(z[i] < Double.POSITIVE_INFINITY)) {
                throw new InvalidEnergiesException("expected finite logits or -∞, found " + z[i] + " of expert " + i
                        + " at outcome " + outcomes);
            }
        }
        outcomes++;
        double s = -fusedEnergy(z);
        if (s == Double.NEGATIVE_INFINITY) {
            vetoes++;
        }
        for (int i = 0; i < n; i++) {
            if (Double.isNaN(reference[i]) && weights.lambda(i) > 0 && z[i] > Double.NEGATIVE_INFINITY) {
                reference[i] = z[i];
            }
        }
        for (int i = 0; i < n; i++) {
            if (weights.lambda(i) > 0) {
                accumulate(i, a[i] * z[i], z);
            }
        }
        accumulate(n, s, z);
    }

    private void accumulate(int row, double exponent, double[] z) {
        if (exponent == Double.NEGATIVE_INFINITY) {
            return;
        }
        if (exponent > max[row]) {
            double rescale = Math.exp(max[row] - exponent);
            sum[row] *= rescale;
            for (int j = 0; j < a.length; j++) {
                mean[row][j] *= rescale;
            }
            max[row] = exponent;
        }
        double w = Math.exp(exponent - max[row]);
        sum[row] += w;
        for (int j = 0; j < a.length; j++) {
            if (weights.lambda(j) > 0) {
                // -∞ here makes a mean -∞ and with it a divergence +∞, as it must be
                mean[row][j] += z[j] == Double.NEGATIVE_INFINITY ? Double.NEGATIVE_INFINITY : w * (z[j] - reference[j]);
            }
        }
    }

    /** LZ_i = log Σ exp(a_i z_i), in nats. */
    public double logNormalizer(int expert) {
        return max[expert] + Math.log(sum[expert]);
    }

    /** LS = log Σ exp(s), -∞ where every outcome is vetoed. */
    public double logFusedSum() {
        int n = a.length;
        return max[n] + Math.log(sum[n]);
    }

    /** log Z = LS - Σ λ_i LZ_i, at most 0. */
    public double logZ() {
        double logZ = logFusedSum();
        for (int i = 0; i < a.length; i++) {
            logZ -= weights.lambda(i) > 0 ? weights.lambda(i) * logNormalizer(i) : 0;
        }
        return logZ;
    }

    /** Outcomes that some expert with weight forbids. */
    public int vetoes() {
        return vetoes;
    }

    /** KL(p_fuse ‖ p_i) = E_s - LS - a_i m_i + LZ_i in nats; for λ_i > 0. */
    public double klFuseTo(int expert) {
        int n = a.length;
        return Boltzmann.clampKl(score(n) - logFusedSum() - a[expert] * meanLogit(n, expert) + logNormalizer(expert));
    }

    /** KL(p_i ‖ p_fuse) = a_i C_ii - LZ_i - Σ_j λ_j a_j C_ij + LS in nats; for λ_i > 0. */
    public double klToFuse(int expert) {
        return Boltzmann.clampKl(
                a[expert] * meanLogit(expert, expert) - logNormalizer(expert) - score(expert) + logFusedSum());
    }

    /** H(p_fuse) = LS - E_s in nats. */
    public double entropy() {
        return logFusedSum() - score(a.length);
    }

    /** H(p_i) = LZ_i - a_i C_ii in nats; for λ_i > 0. */
    public double entropy(int expert) {
        return logNormalizer(expert) - a[expert] * meanLogit(expert, expert);
    }

    /** l_fuse(v) = s(v) - LS of an outcome with the given logits, in nats. */
    public double logProbability(double... z) {
        return -fusedEnergy(z) - logFusedSum();
    }

    /** -s of logits z: the law on E_i = -a_i z_i. */
    private double fusedEnergy(double... z) {
        List<double[]> energies = new ArrayList<>();
        for (int i = 0; i < a.length; i++) {
            energies.add(new double[]{-a[i] * z[i]});
        }
        return EnergyFusion.fuse(weights, energies, DoubleEnergies.SPACE)[0];
    }

    /** Σ_j λ_j a_j E[z_j] under distribution {@code row}: the law on mean energies. */
    private double score(int row) {
        double[] means = new double[a.length];
        for (int j = 0; j < means.length; j++) {
            means[j] = meanLogit(row, j);
        }
        return -fusedEnergy(means);
    }

    private double meanLogit(int row, int expert) {
        return mean[row][expert] / sum[row] + reference[expert];
    }
}
