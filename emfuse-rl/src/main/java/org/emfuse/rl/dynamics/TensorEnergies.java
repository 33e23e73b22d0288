package org.emfuse.rl.dynamics;

import java.util.Arrays;

import org.emfuse.energy.EnergySpace;
import org.emfuse.rl.torch.Tensor;

/** Energies of a batch, or their derivatives, as tensors; sums keep the graph of their parts. */
public final class TensorEnergies implements EnergySpace<Tensor> {

    /** The one instance. */
    public static final TensorEnergies INSTANCE = new TensorEnergies();

    private TensorEnergies() {}

    @Override
    public Tensor scaled(double lambda, Tensor energy) {
        return energy.mul(lambda);
    }

    @Override
    public Tensor addScaled(Tensor sum, double lambda, Tensor energy) {
        if (!Arrays.equals(sum.shape(), energy.shape())) { // libtorch would repeat the smaller one silently
            throw new IllegalArgumentException("energies of one outcome set have one shape, found "
                    + Arrays.toString(sum.shape()) + " and " + Arrays.toString(energy.shape()));
        }
        return sum.add_(energy, lambda);
    }
}
