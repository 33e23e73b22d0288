package org.emfuse.rl.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * The derivative of a {@link ConditionedMlp}'s output with respect to its varying input, by hand: one pass forward and one back,
 * without a graph. The specification is {@link Tensors#gradient} of {@link ConditionedMlp#output}; the two agree to rounding.
 *
 * <p>It keeps buffers for a number of rows, which belong to the scope in which it is made. It sees later changes of the
 * network's weights only where it works in their own type. One thread at a time.
 */
public final class ReluGradient {

    private final Scalar zero = new Scalar(0); // belongs to the scope, too: not a constant
    private final boolean coarse;
    private final org.bytedeco.pytorch.Tensor fixed;
    /** The first layer and the last derivative, always in single precision: they decide how finely a chain can aim. */
    private final org.bytedeco.pytorch.Tensor exact;
    private final org.bytedeco.pytorch.Tensor first;
    /** Of the layers between hidden ones. */
    private final org.bytedeco.pytorch.Tensor[] weights;
    private final org.bytedeco.pytorch.Tensor[] biases;
    private final org.bytedeco.pytorch.Tensor output;
    private final org.bytedeco.pytorch.Tensor[] hidden;
    private final org.bytedeco.pytorch.Tensor signal;
    private final org.bytedeco.pytorch.Tensor behind;

    /**
     * Prepares for rows of which the fixed input is known.
     *
     * @param fixed first layer's part [b, width] of it, as {@link ConditionedMlp#fixed} gives it
     * @param type of the products; {@code BFLOAT16} keeps eight bits of every factor
     */
    public ReluGradient(ConditionedMlp network, Tensor fixed, DType type) {
        int depth = network.depth();
        long rows = fixed.size(0);
        long width = fixed.size(1);
        this.coarse = type != DType.FLOAT32;
        this.fixed = fixed.detach().raw();
        this.first = network.varyingWeight().detach().raw();
        this.weights = new org.bytedeco.pytorch.Tensor[depth - 1];
        this.biases = new org.bytedeco.pytorch.Tensor[depth - 1];
        this.hidden = new org.bytedeco.pytorch.Tensor[depth];
        for (int i = 0; i < depth; i++) {
            hidden[i] = Tensors.zeros(type, rows, width).raw();
            if (i > 0) {
                weights[i - 1] = network.weight(i).detach().to(type).raw();
                biases[i - 1] = network.bias(i).detach().to(type).raw();
            }
        }
        this.exact = coarse ? Tensors.zeros(rows, width).raw() : hidden[0];
        this.output = network.weight(depth).detach().to(type).transpose(0, 1).expand(rows, width).raw();
        this.signal = Tensors.zeros(type, rows, width).raw();
        this.behind = Tensors.zeros(type, rows, width).raw();
    }

    /** The derivative [b, v] at varying inputs [b, v], in single precision, without a graph. */
    public Tensor apply(Tensor varying) {
        return Tensor.call(() -> {
            int last = hidden.length - 1;
            torch.addmm_out(exact, fixed, varying.raw(), first);
            exact.relu_();
            if (coarse) {
                hidden[0].copy_(exact);
            }
            for (int i = 1; i <= last; i++) {
                torch.addmm_out(hidden[i], biases[i - 1], hidden[i - 1], weights[i - 1]);
                hidden[i].relu_();
            }
            torch.threshold_backward_out(signal, output, hidden[last], zero);
            for (int i = last; i > 0; i--) {
                torch.mm_out(behind, signal, weights[i - 1].t());
                torch.threshold_backward_out(signal, behind, hidden[i - 1], zero);
            }
            return signal.toType(DType.FLOAT32.torch()).mm(first.t());
        });
    }
}
