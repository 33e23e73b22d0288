package org.emfuse.rl.sac;

import org.emfuse.rl.torch.Tensor;

/** The two forms in which a model's uncertainty u lowers a reward (spec 06 §4). Pure; all tensors [b, 1]. */
public final class UncertaintyPenalty {

    /** The value at which the second form takes its full effect. */
    private static final double FULL_VALUE = 100;

    private UncertaintyPenalty() {}

    /** First form, for rewards that are stored: {@code r - c u}. */
    public static Tensor stored(Tensor rewards, Tensor uncertainty, double coefficient) {
        return rewards.sub(uncertainty.mul(coefficient));
    }

    /**
     * Second form, inside the critics' target: {@code r - c clip(V/100, 0, 1) u}.
     *
     * @param value V, the target critics' value of the next state with its entropy term
     */
    public static Tensor inTarget(Tensor rewards, Tensor value, Tensor uncertainty, double coefficient) {
        return stored(rewards, value.mul(1 / FULL_VALUE).clamp(0, 1).mul(uncertainty), coefficient);
    }
}
