package org.emfuse.rl.dynamics;

import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * A descent that chooses its steps by what it meets (Rprop: Riedmiller and Braun, 1993), in box coordinates: a coordinate's step
 * grows while its derivative keeps its sign and shrinks where it changes.
 *
 * <pre>
 * δ ← clip(δ · (grow if g g' > 0, shrink if g g' < 0, else 1), least, most),  g' the derivative before
 * u ← clip(u - δ (clip(∂E/∂u / soft, ±1) + σ ξ), ±M),  ξ ~ N(0, I)
 * </pre>
 *
 * <p>Learned energies are nearly wedges: their slopes say where the bottom is, hardly how far. A schedule of steps is then
 * either too long or ends too early; this one needs half as many (docs/decisions/0028).
 *
 * @param steps N, at least 2
 * @param first δ at the beginning
 * @param least δ at least
 * @param most δ at most
 * @param grow at least 1
 * @param shrink in (0, 1)
 * @param soft slope below which a step is shorter than δ, nats per unit of box
 * @param noise σ, in steps
 * @param box M, beyond which no coordinate goes
 * @param start where chains begin
 */
public record Resilient(int steps, double first, double least, double most, double grow, double shrink, double soft,
        double noise, double box, Start start) implements Chain {

    /** Checks the ranges. */
    public Resilient {
        Chain.require(steps >= 2, "at least 2 steps", steps);
        Chain.require(least > 0 && least <= first && first <= most && most <= 2,
                "0 < least step <= first <= most <= 2", least + ", " + first + ", " + most);
        Chain.require(grow >= 1 && grow <= 10, "a growth in [1, 10]", grow);
        Chain.require(shrink > 0 && shrink < 1, "a shrinkage in (0, 1)", shrink);
        Chain.require(soft > 0 && Double.isFinite(soft), "a slope > 0", soft);
        Chain.require(noise >= 0 && Double.isFinite(noise), "a noise >= 0", noise);
        Chain.require(box > 0 && Double.isFinite(box), "a box > 0", box);
    }

    /** Predictions: from the mean target, without noise. */
    public static Resilient prediction(int steps) {
        return new Resilient(steps, 0.1, 1e-5, 0.3, 1.2, 0.5, 2, 0, 1.1, Start.CENTRE);
    }

    /** Negatives: from a uniform start, noise 0.5. */
    public static Resilient negatives(int steps) {
        return new Resilient(steps, 0.1, 1e-3, 0.3, 1.2, 0.5, 2, 0.5, 1.1, Start.UNIFORM);
    }

    @Override
    public Resilient withSteps(int other) {
        return new Resilient(other, first, least, most, grow, shrink, soft, noise, box, start);
    }

    @Override
    public Resilient withNoise(double other) {
        return new Resilient(steps, first, least, most, grow, shrink, soft, other, box, start);
    }

    @Override
    public double reach() {
        double sum = 0;
        double step = first;
        for (int j = 0; j < steps; j++) {
            sum += step;
            step = Math.min(most, step * grow);
        }
        return sum;
    }

    @Override
    public Walk walk(long[] shape) {
        Tensor step = Tensors.zeros(shape).add_(first);
        Tensor before = Tensors.zeros(shape);
        return (u, gradient, xi, _) -> advance(u, gradient, xi, step, before);
    }

    private void advance(Tensor u, Tensor gradient, @Nullable Tensor xi, Tensor step, Tensor before) {
        Tensor slope = gradient.mul_(1 / soft).clamp_(-1, 1);
        Tensor turn = before.mul(slope).sign(); // 1 where the sign stays, -1 where it changes, 0 at first
        Tensor factor = turn.mul((grow - shrink) / 2).add_(turn.square(), (grow + shrink) / 2 - 1).add_(1);
        step.copy_(step.mul(factor).clamp_(least, most));
        before.copy_(slope);
        if (xi != null) {
            slope.add_(xi, noise);
        }
        u.addcmul_(slope, step, -1).clamp_(-box, box);
    }
}
