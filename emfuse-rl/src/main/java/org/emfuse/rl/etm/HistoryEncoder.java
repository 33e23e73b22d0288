package org.emfuse.rl.etm;

import org.emfuse.rl.torch.Tensor;

/** Turns a slice into the numbers that the energy of its targets depends on. Differentiable. */
interface HistoryEncoder {

    /**
     * The context of each slice.
     *
     * @param starts standardised states [b, d]
     * @param actions standardised actions [b, k, p], right-aligned, 0 where there is none
     * @param padding mask [b, k], set where there is none
     * @param lengths [b], of each slice
     * @return [b, {@link #size}]
     */
    Tensor encode(Tensor starts, Tensor actions, Tensor padding, Tensor lengths);

    /** Numbers of a context. */
    int size();
}
