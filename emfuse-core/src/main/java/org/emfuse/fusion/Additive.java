package org.emfuse.fusion;

import java.util.List;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.EnergyFusion;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.FloatEnergies;

/** EMFuse: p_fuse ∝ Π p_i^λ_i (spec 01). Falls back to the mixture where no outcome has finite fused energy. */
public record Additive() implements FusionRule {

    @Override
    public String name() {
        return "additive";
    }

    @Override
    public FusedRow apply(List<float[]> rows, ExpertWeights weights, RuleState state, float[] out) {
        FusionRule.requireRows(rows, weights, out);
        EnergyFusion.fuse(weights, rows, FloatEnergies.into(out));
        boolean empty = Boltzmann.normalizeUnlessEmpty(out) == Double.NEGATIVE_INFINITY;
        if (empty) {
            Boltzmann.mixture(rows.toArray(float[][]::new), weights, out);
            Boltzmann.normalize(out);
        }
        return new FusedRow(out, -1, state, empty);
    }
}
