package org.emfuse.rl.torch;

/**
 * A ReLU network with one output and two inputs: one that is held fixed while the other varies. The first layer's part of the
 * fixed input is computed once, as {@link #fixed}, for many evaluations. Hidden layers have one size.
 */
public final class ConditionedMlp {

    private final Parameters parameters;
    private final int first;
    private final int depth;

    private ConditionedMlp(Parameters parameters, int first, int depth) {
        this.parameters = parameters;
        this.first = first;
        this.depth = depth;
    }

    /**
     * Bounds within which the first layer's weights begin, uniformly.
     *
     * @param fixed of the fixed input's, and of the bias
     * @param varying of the varying input's
     */
    public record Bounds(double fixed, double varying) {

        /** As one layer on both inputs together begins in PyTorch: ±1/√inputs. */
        public static Bounds together(long fixed, long varying) {
            double bound = 1 / Math.sqrt((double) (fixed + varying));
            return new Bounds(bound, bound);
        }

        /**
         * As a layer of its own on each input, so that a few varying numbers are not lost beside many fixed ones: varying inputs
         * of a given root mean square give the first layer values of variance 1.
         */
        public static Bounds apart(long fixed, long varying, double rootMeanSquare) {
            return new Bounds(1 / Math.sqrt((double) fixed), Math.sqrt(3.0 / varying) / rootMeanSquare);
        }
    }

    /**
     * Declares the parameters; returns the first one's index.
     *
     * @param width units of each hidden layer
     * @param depth hidden layers, at least 1
     */
    public static int declare(Parameters.Builder builder, String name, int fixed, int varying, Bounds bounds, int width,
            int depth) {
        int first = builder.uniform(name + ".fixed.weight", bounds.fixed, fixed, width);
        builder.uniform(name + ".varying.weight", bounds.varying, varying, width);
        builder.uniform(name + ".0.bias", bounds.fixed, width);
        double bound = 1 / Math.sqrt(width);
        for (int i = 1; i <= depth; i++) {
            int out = i < depth ? width : 1;
            builder.uniform(name + "." + i + ".weight", bound, width, out);
            builder.uniform(name + "." + i + ".bias", bound, out);
        }
        return first;
    }

    /** The network whose parameters were declared from index {@code first} on. */
    public static ConditionedMlp of(Parameters parameters, int first, int depth) {
        return new ConditionedMlp(parameters, first, depth);
    }

    /** The first layer's part [b, width] of fixed inputs [b, f], bias included; differentiable. */
    public Tensor fixed(Tensor inputs) {
        parameters.seen(first, inputs);
        return Tensors.addmm(parameters.get(first + 2), inputs, parameters.get(first));
    }

    /** Outputs [b] of varying inputs [b, v] where the part of the fixed ones is known; differentiable. */
    public Tensor output(Tensor fixed, Tensor varying) {
        parameters.seen(first + 1, varying);
        Tensor h = Tensors.addmm(fixed, varying, varyingWeight()).relu();
        for (int i = 1; i <= depth; i++) {
            parameters.seen(first + 1 + 2 * i, h);
            h = Tensors.addmm(bias(i), h, weight(i));
            h = i < depth ? h.relu() : h;
        }
        return h.squeeze(1);
    }

    /** Number of hidden layers. */
    int depth() {
        return depth;
    }

    /** The first layer's weights [v, width] of the varying inputs; they belong to the parameters. */
    Tensor varyingWeight() {
        return parameters.get(first + 1);
    }

    /** Weights [in, out] of layer i from 1 to depth; they belong to the parameters. */
    Tensor weight(int i) {
        return parameters.get(first + 1 + 2 * i);
    }

    /** Bias [out] of layer i from 1 to depth; it belongs to the parameters. */
    Tensor bias(int i) {
        return parameters.get(first + 2 + 2 * i);
    }
}
