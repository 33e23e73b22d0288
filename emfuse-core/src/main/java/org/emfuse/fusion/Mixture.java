package org.emfuse.fusion;

import java.util.List;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.ExpertWeights;

/** The arithmetic mixture m = Σ λ_i p_i, the other pole of pooling (spec 01 F3). A baseline. */
public record Mixture() implements FusionRule {

    @Override
    public String name() {
        return "mixture";
    }

    @Override
    public FusedRow apply(List<float[]> rows, ExpertWeights weights, RuleState state, float[] out) {
        FusionRule.requireRows(rows, weights, out);
        Boltzmann.mixture(rows.toArray(float[][]::new), weights, out);
        Boltzmann.normalize(out);
        return new FusedRow(out, -1, state, false);
    }
}
