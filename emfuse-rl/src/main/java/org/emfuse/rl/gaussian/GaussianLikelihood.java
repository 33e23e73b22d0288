package org.emfuse.rl.gaussian;

import org.emfuse.rl.torch.Tensor;

/** The likelihood of targets under independent normal distributions, and the bounds of their variances (Chua et al. 2018). */
final class GaussianLikelihood {

    private GaussianLikelihood() {}

    /** Log-variances that come as near to [low, high] as one likes, but not beyond; differentiable also near the bounds. */
    static Tensor bounded(Tensor logVariance, Tensor low, Tensor high) {
        Tensor below = high.sub(high.sub(logVariance).softplus());
        return low.add(below.sub(low).softplus());
    }

    /**
     * Twice the negative log-likelihood without its constant, {@code (t - μ)² e^-v + v}, averaged over slices and coordinates and
     * summed over members.
     *
     * @param mean μ [members, b, d + 1]
     * @param logVariance v [members, b, d + 1]
     * @param targets t [members, b, d + 1]
     */
    static Tensor loss(Tensor mean, Tensor logVariance, Tensor targets) {
        return mean.sub(targets).square().mul(logVariance.neg().exp()).add(logVariance).mean(1, 2).sum();
    }
}
