package org.emfuse.rl.dynamics;

import org.emfuse.rl.torch.Tensors;

/**
 * An energy on another scale, {@code β E} (spec 05 §2): in a sum its say grows with β. Its lowest points stay where they are, but
 * chains cut long steps off and find them best where slopes keep their usual size, with a β near 1.
 *
 * @param energy which belongs to this one
 * @param beta β > 0
 */
public record CalibratedEnergy(TransitionEnergy energy, double beta) implements TransitionEnergy {

    /** Checks the range. */
    public CalibratedEnergy {
        if (!(beta > 0 && Double.isFinite(beta))) {
            throw new IllegalArgumentException("the scale of the energy " + energy.name()
                    + " must be a finite number > 0, found " + beta);
        }
    }

    @Override
    public String name() {
        return energy.name();
    }

    @Override
    public TransitionSpace space() {
        return energy.space();
    }

    @Override
    public int longestSlice() {
        return energy.longestSlice();
    }

    @Override
    public EnergyLandscape given(Slices slices) {
        return new ScaledLandscape(energy.given(slices), Tensors.zeros(slices.size()).add_(beta));
    }

    @Override
    public void close() {
        energy.close();
    }
}
