package org.emfuse.rl.etm;

import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.torch.Tensor;

/**
 * Slices with what happened after them.
 *
 * @param slices b of them
 * @param targets [b, d + 1], raw units: change of state over the slice, and the last reward
 */
public record SliceBatch(Slices slices, Tensor targets) {}
