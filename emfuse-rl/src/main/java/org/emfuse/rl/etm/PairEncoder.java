package org.emfuse.rl.etm;

import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;

/** A state and one action as they are: the plain energy-based transition model (spec 05 §1). */
record PairEncoder(int size) implements HistoryEncoder {

    @Override
    public Tensor encode(Tensor starts, Tensor actions, Tensor padding, Tensor lengths) {
        return Tensors.cat(1, starts, actions.select(1, 0));
    }
}
