package org.emfuse.fusion;

import java.util.List;

import org.emfuse.energy.ExpertWeights;

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
     * @throws IllegalArgumentException if sizes differ or a row that is read holds NaN or -∞
     */
    FusedRow apply(List<float[]> rows, ExpertWeights weights, RuleState state, float[] out);
}
