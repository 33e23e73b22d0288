package org.emfuse.rl.torch;

/**
 * Several networks of one shape, evaluated together: one batched product per layer instead of one product per network and
 * layer. Weights are [members, in, out]; each member begins as an {@link Mlp} does.
 */
public final class MlpEnsemble {

    private final Parameters parameters;
    private final int first;
    private final int members;
    private final int layers;

    private MlpEnsemble(Parameters parameters, int first, int members, int layers) {
        this.parameters = parameters;
        this.first = first;
        this.members = members;
        this.layers = layers;
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
        return new MlpEnsemble(parameters, first, members, layers);
    }

    /** Outputs [members, b, out] of inputs [b, in]. */
    public Tensor apply(Tensor x) {
        Tensor h = x.unsqueeze(0).expand(members, x.size(0), x.size(1));
        for (int i = 0; i < layers; i++) {
            h = Tensors.baddbmm(parameters.get(first + 2 * i + 1), h, parameters.get(first + 2 * i));
            h = i + 1 < layers ? h.relu() : h;
        }
        return h;
    }
}
