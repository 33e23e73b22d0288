package org.emfuse.rl.torch;

/**
 * A stack of linear layers with ReLU between them; the last layer is linear. Weights are [in, out] and begin as PyTorch's
 * {@code Linear} does: weights and biases uniform on ±1/√in.
 */
public final class Mlp {

    private final Parameters parameters;
    private final int first;
    private final int layers;

    private Mlp(Parameters parameters, int first, int layers) {
        this.parameters = parameters;
        this.first = first;
        this.layers = layers;
    }

    /** Declares the parameters of a network; {@link #of} makes it once they are built. Returns the first one's index. */
    public static int declare(Parameters.Builder builder, String name, int... sizes) {
        int first = -1;
        for (int i = 0; i + 1 < sizes.length; i++) {
            double bound = 1 / Math.sqrt(sizes[i]);
            int index = builder.uniform(name + "." + i + ".weight", bound, sizes[i], sizes[i + 1]);
            builder.uniform(name + "." + i + ".bias", bound, sizes[i + 1]);
            first = i == 0 ? index : first;
        }
        return first;
    }

    /**
     * Declares a network that keeps the variance of its input from layer to layer (He et al. 2015): weights uniform on ±√(6/in),
     * ±√(3/in) in the last layer, biases 0. For networks whose output others read beside inputs of variance 1.
     */
    public static int declareKeepingVariance(Parameters.Builder builder, String name, int... sizes) {
        int first = -1;
        for (int i = 0; i + 1 < sizes.length; i++) {
            double bound = Math.sqrt((i + 2 < sizes.length ? 6.0 : 3.0) / sizes[i]);
            int index = builder.uniform(name + "." + i + ".weight", bound, sizes[i], sizes[i + 1]);
            builder.constant(name + "." + i + ".bias", 0, sizes[i + 1]);
            first = i == 0 ? index : first;
        }
        return first;
    }

    /** The network whose parameters were declared from index {@code first} on. */
    public static Mlp of(Parameters parameters, int first, int layers) {
        return new Mlp(parameters, first, layers);
    }

    /** Outputs [b, out] of inputs [b, in]. */
    public Tensor apply(Tensor x) {
        Tensor h = x;
        for (int i = 0; i < layers; i++) {
            parameters.seen(first + 2 * i, h);
            h = Tensors.addmm(bias(i), h, weight(i));
            h = i + 1 < layers ? h.relu() : h;
        }
        return h;
    }

    /** Weights [in, out] of layer i; they belong to the parameters. */
    private Tensor weight(int i) {
        return parameters.get(first + 2 * i);
    }

    /** Bias [out] of layer i; it belongs to the parameters. */
    private Tensor bias(int i) {
        return parameters.get(first + 2 * i + 1);
    }
}
