package org.emfuse.rl.dynamics;

import org.emfuse.rl.torch.Tensor;

/**
 * Energies of targets, given histories: row i of every tensor is about history i. Targets are in <em>box coordinates</em>
 * {@code u = Δ / scale}, Δ the raw target; what the model was trained on lies within [-1, 1]. Energies are in nats, up to a
 * constant per row that is unknown: differences within a row mean something, differences between rows do not (spec 06 §1).
 *
 * <p>Tensors belong to the scope they were made in; one thread at a time.
 */
public interface EnergyLandscape {

    /** Beyond ± this in a box coordinate, a tenth more than what it was trained on, a model says nothing of its own. */
    double EDGE = 1.1;

    /** What one unit of each box coordinate is in raw units: [b, d + 1], > 0. */
    Tensor scale();

    /** The mean target of the training data in box coordinates, [b, d + 1]: a start for chains. */
    Tensor centre();

    /** Energies [b] of targets [b, d + 1]; differentiable. */
    Tensor energy(Tensor u);

    /** Derivatives of the energies with respect to the targets [b, d + 1]; without a graph. */
    Tensor gradient(Tensor u);

    /** The landscape of some of the histories; for one thread, whatever others do with this one. */
    EnergyLandscape rows(long first, long count);

    /** Number b of histories. */
    default long size() {
        return scale().size(0);
    }
}
