package org.emfuse.rl.torch;

import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A stack of gated recurrent units (Cho et al. 2014); weights begin as PyTorch's {@code GRU} does, uniform on ±1/√hidden. */
public final class Gru {

    private final Parameters parameters;
    private final int first;
    private final int hidden;
    private final int layers;

    private Gru(Parameters parameters, int first, int hidden, int layers) {
        this.parameters = parameters;
        this.first = first;
        this.hidden = hidden;
        this.layers = layers;
    }

    /** Declares the parameters; returns the first one's index. */
    public static int declare(Parameters.Builder builder, String name, int input, int hidden, int layers) {
        double bound = 1 / Math.sqrt(hidden);
        int first = -1;
        for (int i = 0; i < layers; i++) {
            int index = builder.uniform(name + ".weight_ih_l" + i, bound, 3L * hidden, i == 0 ? input : hidden);
            builder.uniform(name + ".weight_hh_l" + i, bound, 3L * hidden, hidden);
            builder.uniform(name + ".bias_ih_l" + i, bound, 3L * hidden);
            builder.uniform(name + ".bias_hh_l" + i, bound, 3L * hidden);
            first = i == 0 ? index : first;
        }
        return first;
    }

    /** The layers whose parameters were declared from index {@code first} on. */
    public static Gru of(Parameters parameters, int first, int hidden, int layers) {
        return new Gru(parameters, first, hidden, layers);
    }

    /**
     * Hidden states [b, hidden] of the last layer after sequences of different lengths. They are moved to the left first, so that
     * no padding comes before them.
     *
     * @param x [b, t, in], right-aligned: the last element last
     * @param lengths [b], single precision, from 1 to t
     */
    public Tensor after(Tensor x, Tensor lengths) {
        long b = x.size(0);
        long t = x.size(1);
        Tensor last = lengths.add(-1).to(DType.INT64).view(b, 1, 1);
        // Place j of the moved sequence is place j + t - m of the given one; what lies beyond the last is not looked at.
        Tensor places = Tensors.range(t).to(DType.FLOAT32).unsqueeze(0).add(lengths.neg().add((double) t).unsqueeze(1))
                .clamp(0, (double) (t - 1)).to(DType.INT64).unsqueeze(2);
        Tensor moved = x.gather(1, places.expand(b, t, x.size(2)));
        return apply(moved).gather(1, last.expand(b, 1, hidden)).squeeze(1);
    }

    /**
     * Hidden states of the last layer [b, t, hidden] for a sequence [b, t, in], from hidden states of 0.
     */
    public Tensor apply(Tensor x) {
        return Tensor.call(() -> {
            Tensor start = Tensors.zeros(layers, x.size(0), hidden);
            Tensor[] weights = new Tensor[4 * layers];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = parameters.get(first + i);
            }
            TensorVector arguments = Tensors.vector(weights);
            return torch.gru(x.raw(), start.raw(), arguments, true, layers, 0.0, false, false, true).get0();
        });
    }
}
