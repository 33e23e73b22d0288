package org.emfuse.rl.dynamics;

import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.torch.Tensor;

/**
 * A transition model as an energy of its targets: low where a target is likely after a history. One expert and several fused
 * ones are both of this kind, and nothing that uses one asks which.
 */
public interface TransitionEnergy extends AutoCloseable {

    /** For messages and tables. */
    String name();

    /** What its targets are about. */
    TransitionSpace space();

    /** The longest slice k that it takes, at least 1. */
    int longestSlice();

    /** The energies of targets after given slices. What it costs to read the slices is paid once, for the rows that are used. */
    EnergyLandscape given(Slices slices);

    /** The experts that it sums, in their order; itself where it is none but one. They belong to it. */
    default List<TransitionEnergy> experts() {
        return List.of(this);
    }

    /** λ of the experts. */
    default ExpertWeights weights() {
        return ExpertWeights.uniform(1);
    }

    /**
     * The energies where the experts' weights depend on the slice: {@code Σ λ_i r_i(x) E_i}. Chains cut long steps off, so that
     * {@code Σ λ_i r_i = 1} keeps slopes at the size that they are made for.
     *
     * @param factors r_i(x) of each expert, [b] each, at least 0
     */
    default EnergyLandscape given(Slices slices, List<Tensor> factors) {
        return new ScaledLandscape(given(slices), factors.getFirst());
    }

    /** Frees the networks; idempotent. */
    @Override
    void close();
}
