package org.emfuse.fusion;

import java.util.List;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.InvalidEnergiesException;

/** How the experts' rows of one position become one row. Pure: equal arguments give equal results. */
public sealed interface FusionRule permits Additive, Mixture, EmSelect {

    /** The name used in files, options and results: {@code additive}, {@code mixture}, {@code emselect}. */
    String name();

    /**
     * Fuses one position.
     *
     * @param rows one row per expert, energies in nats over the same outcomes, Σ exp(-E) = 1; not changed; the row of
     *     an expert with λ = 0 is not read
     * @param weights λ, one per row
     * @param state the state after the previous position of this sequence
     * @param out receives the fused energies, normalised; its length is the number of outcomes
     * @throws IllegalArgumentException if sizes differ
     * @throws InvalidEnergiesException if a row that is read holds NaN or -∞, or no finite energy; names the expert
     */
    FusedRow apply(List<float[]> rows, ExpertWeights weights, RuleState state, float[] out);

    /** Refuses rows that do not fit the weights or the outcomes. */
    static void requireRows(List<float[]> rows, ExpertWeights weights, float[] out) {
        if (rows.size() != weights.size()) {
            throw new IllegalArgumentException(
                    "expected one row per weight: " + weights.size() + " weights, found " + rows.size() + " rows");
        }
        for (int i = 0; i < rows.size(); i++) {
            if (weights.lambda(i) == 0) {
                continue;
            }
            float[] row = rows.get(i);
            if (row.length != out.length) {
                throw new IllegalArgumentException("expected rows of " + out.length + " outcomes, found " + row.length
                        + " from expert " + i);
            }
            requireSound(row, i);
        }
    }

    /** Refuses a row that is no distribution's, by the name of the expert and of the outcome (spec 01 §4, STRICT). */
    static void requireSound(float[] row, int expert) {
        int bad = Boltzmann.firstInvalid(row);
        if (bad >= 0) {
            throw new InvalidEnergiesException(
                    "expected energies, found " + row[bad] + " from expert " + expert + " at outcome " + bad);
        }
        if (Boltzmann.isEmpty(row)) {
            throw new InvalidEnergiesException(
                    "expected energies, found that no outcome has finite energy from expert " + expert);
        }
    }
}
