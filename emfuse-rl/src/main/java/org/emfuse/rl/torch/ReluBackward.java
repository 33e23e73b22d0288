package org.emfuse.rl.torch;

import java.util.ArrayList;
import java.util.List;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * Derivatives of losses of a {@link ConditionedMlp}'s outputs E and of their slopes g = ∂E/∂u, by hand. With masks D and layers
 * h_l = D_l (h_{l-1} W_l + b_l), δ_l what comes back from E, and t_l = D_l t_{l-1} W_l what the direction v leads to (spec 05 §1):
 *
 * <pre>
 * dL/dW_l = (c h_{l-1} + t_{l-1})ᵀ δ_l,  dL/db_l = Σ c δ_l,  c = dL/dE, v = dL/dg
 * </pre>
 *
 * <p>The specification is {@link Tensors#gradients} of {@link ConditionedMlp#output}, with a graph of the first derivative; the two
 * agree to rounding. Tensors belong to the scope in which it is made. Without a graph; one thread at a time.
 */
public final class ReluBackward {

    private final ConditionedMlp network;
    private final Tensor varying;
    private final List<Tensor> hidden = new ArrayList<>();
    /** δ of each hidden layer. */
    private final List<Tensor> signals = new ArrayList<>();
    private final Tensor outputs;
    private final Scalar zero = new Scalar(0);

    /**
     * Goes forward and back.
     *
     * @param fixed first layer's part [n, width] of the fixed inputs, as {@link ConditionedMlp#fixed} gives it
     * @param varying [n, v]
     */
    public ReluBackward(ConditionedMlp network, Tensor fixed, Tensor varying) {
        this.network = network;
        this.varying = varying;
        try (NoGrad _ = new NoGrad()) {
            int depth = network.depth();
            hidden.add(Tensors.addmm(fixed, varying, network.varyingWeight()).relu());
            for (int l = 1; l < depth; l++) {
                hidden.add(Tensors.addmm(network.bias(l), hidden.getLast(), network.weight(l)).relu());
            }
            this.outputs = Tensors.addmm(network.bias(depth), hidden.getLast(), network.weight(depth)).squeeze(1);
            Tensor signal = masked(network.weight(depth).transpose(0, 1).expand(varying.size(0), -1), depth - 1);
            signals.add(signal);
            for (int l = depth - 1; l > 0; l--) {
                signal = masked(signal.matmul(network.weight(l).transpose(0, 1)), l - 1);
                signals.addFirst(signal);
            }
        }
    }

    private Tensor masked(Tensor x, int layer) {
        return Tensor.call(() -> torch.threshold_backward(x.raw(), hidden.get(layer).raw(), zero));
    }

    /** E [n]. */
    public Tensor outputs() {
        return outputs;
    }

    /** g [n, v]. */
    public Tensor slopes() {
        try (NoGrad _ = new NoGrad()) {
            return signals.getFirst().matmul(network.varyingWeight().transpose(0, 1));
        }
    }

    /** dL/dfixed [n, width] of c [n]: slopes do not depend on it. */
    public Tensor fixed(Tensor c) {
        try (NoGrad _ = new NoGrad()) {
            return signals.getFirst().mul(c.unsqueeze(1));
        }
    }

    /**
     * dL/dW of the varying input's weights and of every layer after the first, in the order of their declaration, flat. What the
     * first layer's fixed part and its bias get follows from {@link #fixed}; the bias has zeros here.
     *
     * @param c dL/dE [n]
     * @param v dL/dg [n, v]
     */
    public Tensor parameters(Tensor c, Tensor v) {
        try (NoGrad _ = new NoGrad()) {
            int depth = network.depth();
            Tensor each = c.unsqueeze(1);
            Tensor first = signals.getFirst();
            List<Tensor> parts = new ArrayList<>();
            parts.add(product(varying.mul(each).add_(v), first));
            parts.add(Tensors.zeros(first.size(1)));
            Tensor tangent = masked(v.matmul(network.varyingWeight()), 0);
            for (int l = 1; l < depth; l++) {
                Tensor signal = signals.get(l);
                parts.add(product(hidden.get(l - 1).mul(each).add_(tangent), signal));
                parts.add(each.transpose(0, 1).matmul(signal).reshape(-1));
                tangent = masked(tangent.matmul(network.weight(l)), l);
            }
            parts.add(hidden.getLast().mul(each).add_(tangent).sum(0, false));
            parts.add(c.sum().reshape(1));
            return Tensors.cat(0, parts.toArray(Tensor[]::new));
        }
    }

    private static Tensor product(Tensor x, Tensor signal) {
        return x.transpose(0, 1).matmul(signal).reshape(-1);
    }
}
