package org.emfuse.rl.replay;

import org.emfuse.rl.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Transitions to learn from, single precision, raw units. The tensors belong to the scope in which the batch was sampled.
 *
 * @param observations [b, o]
 * @param actions [b, p]
 * @param rewards [b, 1]
 * @param nextObservations [b, o]
 * @param terminals [b, 1], 1 where the task ended; time limits are 0
 * @param penalties [b, 1], uncertainty of each transition for penalties inside the target; null where there is none
 */
public record Batch(Tensor observations, Tensor actions, Tensor rewards, Tensor nextObservations, Tensor terminals,
        @Nullable Tensor penalties) {

    /** Number of transitions. */
    public long size() {
        return rewards.size(0);
    }
}
