package org.emfuse.rl.dynamics;

import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;

/**
 * A batch of history slices, raw units. A slice of length m is a state and the m actions that followed it; what is asked about
 * it is the change of state over those m steps, and the last step's reward. Tensors belong to the scope they were made in.
 *
 * @param starts [b, d], the states before the first of the actions
 * @param actions [b, k, p], the last action last, zeros in front of the first one
 * @param lengths [b], single precision: m of each slice, from 1 to k
 */
public record Slices(Tensor starts, Tensor actions, Tensor lengths) {

    /** Checks that the shapes fit together. */
    public Slices {
        long b = starts.size(0);
        if (actions.size(0) != b || lengths.size(0) != b) {
            throw new IllegalArgumentException("a batch of " + b + " slices needs as many rows of actions and lengths,"
                    + " found " + actions + " and " + lengths);
        }
    }

    /**
     * Slices from plain arrays, which are copied.
     *
     * @param starts [b × d]
     * @param actions [b × k × p]
     * @param lengths [b]
     */
    public static Slices of(float[] starts, float[] actions, float[] lengths, int longest) {
        int b = lengths.length;
        return new Slices(Tensors.of(starts, b, starts.length / b),
                Tensors.of(actions, b, longest, actions.length / b / longest), Tensors.of(lengths, b));
    }

    /** Number of slices. */
    public long size() {
        return lengths.size(0);
    }

    /** Places k for actions. */
    public long longest() {
        return actions.size(1);
    }

    /** Mask [b, k], set where there is no action. */
    public Tensor padding() {
        Tensor places = Tensors.range(longest()).to(DType.FLOAT32);
        return lengths.unsqueeze(1).add(places.unsqueeze(0)).less((double) longest()); // place < k - m
    }

    /** Lengths as indices [b]: m - 1. */
    public Tensor indices() {
        return lengths.add(-1).to(DType.INT64);
    }

    /** The same slices with more places for actions. */
    public Slices withPlaces(long places) {
        long more = places - longest();
        return more <= 0
                ? this
                : new Slices(starts, Tensors.cat(1, Tensors.zeros(size(), more, actions.size(2)), actions), lengths);
    }

    /** Some of the slices, as views. */
    public Slices rows(long first, long count) {
        return new Slices(starts.narrow(0, first, count), actions.narrow(0, first, count),
                lengths.narrow(0, first, count));
    }
}
