package org.emfuse.rl.torch;

import java.util.function.UnaryOperator;

/**
 * Several networks of one shape, evaluated together: one batched product per layer instead of one product per network and
 * layer. Weights are [members, in, out]; each member begins as an {@link Mlp} does.
 */
public final class MlpEnsemble {

    private final Parameters parameters;
    private final int first;
    private final int members;
    private final int layers;
    private final UnaryOperator<Tensor> activation;

    private MlpEnsemble(Parameters parameters, int first, int members, int layers, UnaryOperator<Tensor> activation) {
        this.parameters = parameters;
        this.first = first;
        this.members = members;
        this.layers = layers;
        this.activation = activation;
    }

    /** Declares the parameters of an ensemble; returns the first one's index. */
    public static int declare(Parameters.Builder builder, String name, int members, int... sizes) {
        int first = -1;
        for (int i = 0; i + 1 < sizes.length; i++) {
            double bound = 1 / Math.sqrt(sizes[i]);
            int index = builder.uniform(name + "." + i + ".weight", bound, members, sizes[i], sizes[i + 1]);
            builder.uniform(name + "." + i + ".bias", bound, members, 1, sizes[i + 1]);
            first = i == 0 ? index : first;
        }
        return first;
    }

    /** The ensemble whose parameters were declared from index {@code first} on. */
    public static MlpEnsemble of(Parameters parameters, int first, int members, int layers) {
        return of(parameters, first, members, layers, Tensor::relu);
    }

    /** The same with another function between its layers, such as {@code Tensor::silu}. */
    public static MlpEnsemble of(Parameters parameters, int first, int members, int layers,
            UnaryOperator<Tensor> activation) {
        return new MlpEnsemble(parameters, first, members, layers, activation);
    }

    /** Outputs [members, b, out] of inputs [b, in]. */
    public Tensor apply(Tensor x) {
        return applyEach(x.unsqueeze(0).expand(members, x.size(0), x.size(1)));
    }

    /** Outputs [members, b, out] where every member has inputs of its own [members, b, in]. */
    public Tensor applyEach(Tensor x) {
        Tensor h = x;
        for (int i = 0; i < layers; i++) {
            h = Tensors.baddbmm(parameters.get(first + 2 * i + 1), h, parameters.get(first + 2 * i));
            h = i + 1 < layers ? activation.apply(h) : h;
        }
        return h;
    }

    /** Takes over one member's values from an ensemble of the same shape. */
    public void copyMember(MlpEnsemble source, int member) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            for (int i = 0; i < 2 * layers; i++) {
                parameters.get(first + i).select(0, member)
                        .copy_(source.parameters.get(source.first + i).select(0, member));
            }
        }
    }
}
