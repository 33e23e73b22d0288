package org.emfuse.rl.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * The derivative of a ReLU network's one output with respect to the last of its inputs, by hand: one pass forward and one back,
 * without a graph. The first inputs are held fixed, so that their part of the first layer is computed once for many
 * derivatives. The specification is {@link Tensors#gradients} of {@link Mlp#apply}; the two agree to rounding.
 *
 * <p>It keeps buffers for a number of rows, which belong to the scope in which it is made. It sees later changes of the
 * network's weights only where it works in their own type. One thread at a time.
 */
public final class ReluGradient {

    private final Scalar zero = new Scalar(0); // belongs to the scope, too: not a constant
    private final DType type;
    private final Tensor fixed;
    private final org.bytedeco.pytorch.Tensor first;
    private final org.bytedeco.pytorch.Tensor[] weights;
    private final org.bytedeco.pytorch.Tensor[] biases;
    private final org.bytedeco.pytorch.Tensor output;
    private final org.bytedeco.pytorch.Tensor[] hidden;
    private final org.bytedeco.pytorch.Tensor signal;
    private final org.bytedeco.pytorch.Tensor behind;

    /**
     * Prepares for rows of which the first inputs are known.
     *
     * @param network one or more hidden layers of equal size, one output
     * @param fixed first layer's values [b, h] of the fixed inputs, bias included, as {@link #fixed} gives them
     * @param width number of inputs that vary: the last ones
     * @param type of the products; {@code BFLOAT16} keeps eight bits of every factor
     */
    public ReluGradient(Mlp network, Tensor fixed, long width, DType type) {
        int last = network.layers() - 1;
        this.type = type;
        this.fixed = fixed.to(type);
        Tensor whole = network.weight(0);
        this.first = whole.narrow(0, whole.size(0) - width, width).detach().to(type).raw();
        this.weights = new org.bytedeco.pytorch.Tensor[last];
        this.biases = new org.bytedeco.pytorch.Tensor[last];
        this.hidden = new org.bytedeco.pytorch.Tensor[last];
        long rows = fixed.size(0);
        for (int i = 0; i < last; i++) {
            weights[i] = network.weight(i).detach().to(type).raw();
            biases[i] = network.bias(i).detach().to(type).raw();
            hidden[i] = Tensors.zeros(type, rows, network.weight(i).size(1)).raw();
        }
        this.output = network.weight(last).detach().to(type).transpose(0, 1)
                .expand(rows, network.weight(last).size(0)).raw();
        this.signal = Tensors.zeros(type, rows, network.weight(last).size(0)).raw();
        this.behind = Tensors.zeros(type, rows, network.weight(last).size(0)).raw();
    }

    /** The first layer's values [b, h], before its ReLU, of the first inputs [b, c] alone, with the bias; differentiable. */
    public static Tensor fixed(Mlp network, Tensor inputs) {
        return Tensors.addmm(network.bias(0), inputs, network.weight(0).narrow(0, 0, inputs.size(1)));
    }

    /** The network's output [b, 1] where the first layer's values of the fixed inputs are known; differentiable. */
    public static Tensor output(Mlp network, Tensor fixed, Tensor varying) {
        Tensor whole = network.weight(0);
        long width = varying.size(1);
        Tensor h = Tensors.addmm(fixed, varying, whole.narrow(0, whole.size(0) - width, width)).relu();
        for (int i = 1; i < network.layers(); i++) {
            h = Tensors.addmm(network.bias(i), h, network.weight(i));
            h = i + 1 < network.layers() ? h.relu() : h;
        }
        return h;
    }

    /** The derivative [b, width] at given varying inputs [b, width], in single precision, without a graph. */
    public Tensor apply(Tensor varying) {
        return Tensor.call(() -> {
            int last = hidden.length - 1;
            torch.addmm_out(hidden[0], fixed.raw(), varying.to(type).raw(), first);
            hidden[0].relu_();
            for (int i = 1; i <= last; i++) {
                torch.addmm_out(hidden[i], biases[i], hidden[i - 1], weights[i]);
                hidden[i].relu_();
            }
            torch.threshold_backward_out(signal, output, hidden[last], zero);
            for (int i = last; i > 0; i--) {
                torch.mm_out(behind, signal, weights[i].t());
                torch.threshold_backward_out(signal, behind, hidden[i - 1], zero);
            }
            return signal.mm(first.t()).toType(DType.FLOAT32.torch());
        });
    }
}
