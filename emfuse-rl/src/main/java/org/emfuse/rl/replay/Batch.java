package org.emfuse.rl.replay;

import java.util.Arrays;

import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
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

    /**
     * Checks the shapes: libtorch would repeat a column of the wrong length silently.
     *
     * @throws IllegalArgumentException if they do not fit together
     */
    public Batch {
        long rows = observations.size(0);
        check("actions", actions, rows, actions.size(-1));
        check("rewards", rewards, rows, 1);
        check("next observations", nextObservations, rows, observations.size(-1));
        check("terminals", terminals, rows, 1);
        if (penalties != null) {
            check("penalties", penalties, rows, 1);
        }
    }

    private static void check(String name, Tensor tensor, long rows, long columns) {
        long[] expected = {rows, columns};
        if (!Arrays.equals(tensor.shape(), expected)) {
            throw new IllegalArgumentException("the " + name + " of a batch of " + rows + " must have shape "
                    + Arrays.toString(expected) + ", found " + Arrays.toString(tensor.shape()));
        }
    }

    /**
     * The transitions of both, these first.
     *
     * @throws IllegalArgumentException if one of them has uncertainties and the other has none
     */
    public Batch and(Batch other) {
        if ((penalties == null) != (other.penalties == null)) {
            throw new IllegalArgumentException("either both batches have uncertainties, or neither has");
        }
        Tensor both = penalties == null || other.penalties == null
                ? null
                : Tensors.cat(0, penalties, other.penalties);
        return new Batch(Tensors.cat(0, observations, other.observations), Tensors.cat(0, actions, other.actions),
                Tensors.cat(0, rewards, other.rewards), Tensors.cat(0, nextObservations, other.nextObservations),
                Tensors.cat(0, terminals, other.terminals), both);
    }

    /** Number of transitions. */
    public long size() {
        return rewards.size(0);
    }
}
