package org.emfuse.fusion;

import java.util.List;

import org.emfuse.energy.ExpertWeights;

/** EMFuse: p_fuse ∝ Π p_i^λ_i (spec 01). Falls back to the mixture where no outcome has finite fused energy. */
public record Additive() implements FusionRule {

    @Override
    public String name() {
        return "additive";
    }

    @Override
    public FusedRow apply(List<float[]> rows, ExpertWeights weights, RuleState state, float[] out) {
        throw new UnsupportedOperationException();
    }
}
