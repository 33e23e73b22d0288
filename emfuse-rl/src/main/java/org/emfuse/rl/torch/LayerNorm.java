package org.emfuse.rl.torch;

/** Layer normalisation over the last dimension (Ba et al. 2016), with a scale that begins at 1 and a shift at 0. */
public final class LayerNorm {

    private static final double EPSILON = 1e-5;

    private final Parameters parameters;
    private final int first;

    private LayerNorm(Parameters parameters, int first) {
        this.parameters = parameters;
        this.first = first;
    }

    /** Declares the parameters; returns the first one's index. */
    public static int declare(Parameters.Builder builder, String name, int size) {
        int first = builder.constant(name + ".weight", 1, size);
        builder.constant(name + ".bias", 0, size);
        return first;
    }

    /** The layer whose parameters were declared from index {@code first} on. */
    public static LayerNorm of(Parameters parameters, int first) {
        return new LayerNorm(parameters, first);
    }

    /** Normalised values, of the shape of {@code x}. */
    public Tensor apply(Tensor x) {
        return Tensors.layerNorm(x, parameters.get(first), parameters.get(first + 1), EPSILON);
    }
}
