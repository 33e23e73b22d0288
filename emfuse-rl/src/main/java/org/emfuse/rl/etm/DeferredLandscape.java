package org.emfuse.rl.etm;

import org.emfuse.rl.dynamics.EnergyLandscape;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The energies of a model's targets, given slices that are read when energies are asked for: some rows of it read only their
 * slices, on the thread that needs them.
 */
final class DeferredLandscape implements EnergyLandscape {

    private final EnergyModel model;
    private final Slices slices;
    private @Nullable BoxedLandscape read;

    /** A landscape of slices with as many places as the model's longest. */
    DeferredLandscape(EnergyModel model, Slices slices) {
        this.model = model;
        this.slices = slices;
    }

    private BoxedLandscape read() {
        BoxedLandscape known = read;
        if (known == null) {
            try (NoGrad _ = new NoGrad()) {
                known = model.landscape(model.fixed(slices), slices);
            }
            read = known;
        }
        return known;
    }

    @Override
    public long size() {
        return slices.size();
    }

    @Override
    public Tensor scale() {
        return model.normaliser().scale(slices);
    }

    @Override
    public Tensor centre() {
        return model.normaliser().centre(slices);
    }

    @Override
    public Tensor energy(Tensor u) {
        return read().energy(u);
    }

    @Override
    public Tensor gradient(Tensor u) {
        return read().gradient(u);
    }

    @Override
    public EnergyLandscape rows(long first, long count) {
        if (read != null) {
            return read.rows(first, count);
        }
        Slices some = slices.rows(first, count);
        try (NoGrad _ = new NoGrad()) {
            return model.landscape(model.fixed(some), some).rows(0, count); // with buffers
        }
    }
}
