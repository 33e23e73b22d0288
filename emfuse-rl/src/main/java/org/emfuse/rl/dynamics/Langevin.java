package org.emfuse.rl.dynamics;

import org.emfuse.rl.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The annealed, noisy descent by which targets are found (spec 05 §1), in box coordinates:
 *
 * <pre>
 * η_j = (η_0 - η_N)(1 - j/(N-1))² + η_N,  j = 0 … N-1
 * u ← clip(u - clip(η_j (clip(∂E/∂u, ±G)/2 + σ ξ), ±C), ±M),  ξ ~ N(0, I)
 * </pre>
 *
 * Noise is multiplied by η, not by its root: this finds a low point, it does not sample exp(-E). {@link Noise#UNADJUSTED}
 * puts √(η T) ξ in place of η σ ξ: that samples exp(-E/T) up to an error of the order of η, and is there for diagnostics.
 *
 * @param steps N, at least 2
 * @param firstStep η_0
 * @param lastStep η_N, at most η_0
 * @param kind how noise grows with the step
 * @param noise σ or T, at least 0
 * @param gradientClip G, on each coordinate
 * @param stepClip C, on each coordinate
 * @param box M, beyond which no coordinate goes
 * @param start where chains begin
 */
public record Langevin(int steps, double firstStep, double lastStep, Noise kind, double noise, double gradientClip,
        double stepClip, double box, Start start) implements Chain {

    /** How noise grows with the step η. */
    public enum Noise {
        /** As η σ ξ: it fades faster than the drift, chains settle. */
        ANNEALED,
        /** As √(η T) ξ: chains keep the temperature T. */
        UNADJUSTED
    }

    /** Checks the ranges. */
    public Langevin {
        Chain.require(steps >= 2, "at least 2 steps", steps);
        Chain.require(firstStep > 0 && Double.isFinite(firstStep), "a first step > 0", firstStep);
        Chain.require(lastStep > 0 && lastStep <= firstStep, "a last step in (0, " + firstStep + "]", lastStep);
        Chain.require(noise >= 0 && Double.isFinite(noise), "a noise >= 0", noise);
        Chain.require(gradientClip > 0, "a gradient clip > 0", gradientClip);
        Chain.require(stepClip > 0, "a step clip > 0", stepClip);
        Chain.require(box > 0 && Double.isFinite(box), "a box > 0", box);
    }

    /** Chains that make negatives for training: 50 steps to 1e-3, noise 0.5, G = 10, uniform start. */
    public static Langevin negatives() {
        return new Langevin(50, 0.1, 1e-3, Noise.ANNEALED, 0.5, 10, 0.5, 1.1, Start.UNIFORM);
    }

    /**
     * Predictions as the published program makes them: from 0, G = 0.5, without noise. A coordinate travels at most 0.25 in
     * 30 steps and 0.84 in 100.
     */
    public static Langevin official(int steps) {
        return new Langevin(steps, 0.1, 1e-5, Noise.ANNEALED, 0, 0.5, 0.5, 1.1, Start.ZERO);
    }

    /** Predictions that reach the whole box: from the mean target, G = 2, without noise. */
    public static Langevin prediction(int steps) {
        return new Langevin(steps, 0.1, 1e-5, Noise.ANNEALED, 0, 2, 0.5, 1.1, Start.CENTRE);
    }

    /**
     * The unadjusted Langevin algorithm with one small step: {@code u ← u - η/2 ∂E/∂u + √(η T) ξ} from a uniform start, no
     * clips but the box. For diagnostics; predictions are not made so.
     *
     * @param step η; the variance of a Gaussian of curvature c comes out too large by the factor 1/(1 - η c/4)
     * @param temperature T
     * @param box M, well beyond where the energy is low
     */
    public static Langevin unadjusted(int steps, double step, double temperature, double box) {
        return new Langevin(steps, step, step, Noise.UNADJUSTED, temperature, Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY, box, Start.UNIFORM);
    }

    @Override
    public Langevin withSteps(int other) {
        return new Langevin(other, firstStep, lastStep, kind, noise, gradientClip, stepClip, box, start);
    }

    @Override
    public Langevin withNoise(double other) {
        return new Langevin(steps, firstStep, lastStep, kind, other, gradientClip, stepClip, box, start);
    }

    /** The same with another clip of the gradient. */
    public Langevin withGradientClip(double other) {
        return new Langevin(steps, firstStep, lastStep, kind, noise, other, stepClip, box, start);
    }

    /** η_j. */
    public double step(int j) {
        double left = 1 - (double) j / (steps - 1);
        return (firstStep - lastStep) * left * left + lastStep;
    }

    /** {@code G/2 Σ η_j}. */
    @Override
    public double reach() {
        double sum = 0;
        for (int j = 0; j < steps; j++) {
            sum += step(j);
        }
        return 0.5 * gradientClip * sum;
    }

    @Override
    public Walk walk(long[] shape) {
        return this::advance;
    }

    private void advance(Tensor u, Tensor gradient, @Nullable Tensor xi, int j) {
        Tensor move = gradient.clamp_(-gradientClip, gradientClip).mul_(0.5 * step(j));
        if (xi != null) {
            move.add_(xi, switch (kind) {
                case ANNEALED -> step(j) * noise;
                case UNADJUSTED -> Math.sqrt(step(j) * noise);
            });
        }
        u.add_(move.clamp_(-stepClip, stepClip), -1).clamp_(-box, box);
    }
}
