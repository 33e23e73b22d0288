package org.emfuse.rl.dynamics;

import org.emfuse.rl.torch.Tensor;

/**
 * A landscape whose energies are multiplied by a number per history: an expert's own scale, or a weight that depends on where
 * one is.
 *
 * @param part what is multiplied
 * @param factors [b], at least 0
 */
record ScaledLandscape(EnergyLandscape part, Tensor factors) implements EnergyLandscape {

    @Override
    public Tensor scale() {
        return part.scale();
    }

    @Override
    public Tensor centre() {
        return part.centre();
    }

    @Override
    public Tensor energy(Tensor u) {
        return part.energy(u).mul(factors);
    }

    @Override
    public Tensor gradient(Tensor u) {
        return part.gradient(u).mul(factors.unsqueeze(1));
    }

    @Override
    public EnergyLandscape rows(long first, long count) {
        return new ScaledLandscape(part.rows(first, count), factors.narrow(0, first, count));
    }
}
