package org.emfuse.rl.torch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

/**
 * Adam (Kingma and Ba 2015, algorithm 1) with the usual constants β₁ = 0.9, β₂ = 0.999, ε = 1e-8, on a flat buffer: a few
 * element-wise operations per step, however many parameters there are. With {@code weightDecay > 0} the penalty's gradient
 * is added to the loss's, as in PyTorch's {@code Adam}; parameters may have penalties of their own.
 */
public final class Adam implements AutoCloseable {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Parameters parameters;
    /** Of every number [elements]; null without a penalty. */
    private final @Nullable Tensor weightDecay;
    private final Tensor mean;
    private final Tensor variance;
    private double rate;
    private long steps;

    /** An optimiser of these parameters, which it does not own. */
    public Adam(Parameters parameters, double rate) {
        this(parameters, rate, 0);
    }

    /** An optimiser with one L2 penalty. */
    public Adam(Parameters parameters, double rate, double weightDecay) {
        this(parameters, rate, _ -> weightDecay);
    }

    /**
     * An optimiser with an L2 penalty of its own for each parameter.
     *
     * @param weightDecay of a parameter, by its name; at least 0
     */
    public Adam(Parameters parameters, double rate, ToDoubleFunction<String> weightDecay) {
        double least = parameters.names().stream().mapToDouble(weightDecay).min().orElse(0);
        double most = parameters.names().stream().mapToDouble(weightDecay).max().orElse(0);
        if (!(rate > 0 && Double.isFinite(rate) && least >= 0 && Double.isFinite(most))) {
            throw new IllegalArgumentException("Adam needs a rate > 0 and a weight decay >= 0, found " + rate + " and "
                    + least + (least == most ? "" : " to " + most));
        }
        this.parameters = parameters;
        this.rate = rate;
        try (TorchScope scope = new TorchScope()) {
            this.weightDecay = most == 0 ? null : scope.keep(parameters.flat(weightDecay));
            this.mean = scope.keep(Tensors.zeros(parameters.elements()));
            this.variance = scope.keep(Tensors.zeros(parameters.elements()));
        }
    }

    /** One step against a gradient, flat [elements] as {@link Parameters#gradient} gives it. */
    public void step(Tensor gradient) {
        steps++;
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            Tensor g = weightDecay == null
                    ? gradient
                    : Tensors.addcmul(gradient, parameters.flat(), weightDecay);
            mean.lerp_(g, 1 - BETA1);
            variance.mul_(BETA2).addcmul_(g, g, 1 - BETA2);
            double correction1 = 1 - Math.pow(BETA1, (double) steps);
            double correction2 = 1 - Math.pow(BETA2, (double) steps);
            Tensor root = variance.sqrt().mul_(1 / Math.sqrt(correction2)).add_(EPSILON);
            parameters.flat().addcdiv_(mean, root, -rate / correction1);
        }
    }

    /** The rate of a step, counted from 1, where it falls to 0 over all steps as half a cosine. */
    public static double halfCosine(double rate, long step, long steps) {
        return rate * 0.5 * (1 + Math.cos(Math.PI * (step - 1) / steps));
    }

    /** Sets the learning rate of the steps to come. */
    public void rate(double rate) {
        this.rate = rate;
    }

    /** The state for a checkpoint; the moments belong to this optimiser. */
    public Map<String, Tensor> named(String prefix) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        named.put(prefix + "mean", mean);
        named.put(prefix + "variance", variance);
        named.put(prefix + "steps", Tensors.of(new long[]{steps}, 1));
        return named;
    }

    /** Goes to the state of a checkpoint. */
    public void load(SafetensorsFile file, String prefix) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            mean.copy_(file.tensor(prefix + "mean", parameters.elements()));
            variance.copy_(file.tensor(prefix + "variance", parameters.elements()));
            steps = (long) file.tensor(prefix + "steps", 1).item();
        }
    }

    @Override
    public void close() {
        mean.close();
        variance.close();
        if (weightDecay != null) {
            weightDecay.close();
        }
    }
}
