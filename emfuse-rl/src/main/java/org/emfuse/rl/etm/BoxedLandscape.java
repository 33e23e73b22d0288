package org.emfuse.rl.etm;

import org.emfuse.rl.dynamics.EnergyLandscape;
import org.emfuse.rl.torch.ConditionedMlp;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.ReluGradient;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The energies of one model's targets. Outside of ±1.1, where it was never trained, it is continued by its value at the edge
 * and a wall of slope 5 in each coordinate (spec 06 §1).
 */
final class BoxedLandscape implements EnergyLandscape {

    static final double WALL = 5;

    private final ConditionedMlp head;
    private final DType products;
    private final Tensor fixed;
    private final Tensor scale;
    private final Tensor centre;
    /** With its buffers; null where derivatives are asked for so rarely that they are made each time. */
    private final @Nullable ReluGradient kernel;

    BoxedLandscape(ConditionedMlp head, DType products, Tensor fixed, Tensor scale, Tensor centre) {
        this(head, products, fixed, scale, centre, null);
    }

    private BoxedLandscape(ConditionedMlp head, DType products, Tensor fixed, Tensor scale, Tensor centre,
            @Nullable ReluGradient kernel) {
        this.kernel = kernel;
        this.head = head;
        this.products = products;
        this.fixed = fixed;
        this.scale = scale;
        this.centre = centre;
    }

    @Override
    public Tensor scale() {
        return scale;
    }

    @Override
    public Tensor centre() {
        return centre;
    }

    @Override
    public Tensor energy(Tensor u) {
        Tensor inside = u.clamp(-EDGE, EDGE);
        Tensor outside = u.abs().add(-EDGE).relu().sum(1, false);
        return head.output(fixed, inside).add(outside.mul(WALL));
    }

    @Override
    public Tensor gradient(Tensor u) {
        ReluGradient derivative = kernel != null ? kernel : kernel(fixed);
        Tensor inside = u.clamp(-EDGE, EDGE);
        Tensor beyond = u.sub(inside);
        return Tensors.where(beyond.abs().greater(0), beyond.sign().mul(WALL), derivative.apply(inside));
    }

    @Override
    public EnergyLandscape rows(long first, long count) {
        Tensor part = fixed.narrow(0, first, count);
        return new BoxedLandscape(head, products, part, scale.narrow(0, first, count), centre.narrow(0, first, count),
                kernel(part));
    }

    /** Every history so many times, one after the other. */
    BoxedLandscape repeated(long times) {
        return new BoxedLandscape(head, products, fixed.repeatInterleave(0, times), scale.repeatInterleave(0, times),
                centre.repeatInterleave(0, times));
    }

    private ReluGradient kernel(Tensor part) {
        return new ReluGradient(head, part, products);
    }
}
