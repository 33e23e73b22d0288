package org.emfuse.fusion;

import org.emfuse.energy.ExpertWeights;

/**
 * The diagnostics of one position, for the additive pool under the given weights whatever rule made the row (spec 01
 * §7). Arrays are indexed by expert and owned by the record; callers do not change them.
 *
 * @param weights λ of this position
 * @param topToken outcome of the lowest fused energy, the smallest id on ties
 * @param logZ log Z in nats, at most 0; -logZ is the experts' disagreement
 * @param klFuseTo KL(p_fuse ‖ p_i) in nats, at least 0, +∞ possible where λ_i = 0
 * @param klToFuse KL(p_i ‖ p_fuse) in nats, at least 0, +∞ where the fusion vetoes an outcome of expert i
 * @param entropy entropy of p_fuse in nats
 * @param entropies entropy of each p_i in nats
 * @param vetoCount outcomes of infinite fused energy
 * @param chosen the expert that the rule selected, -1 where it blends
 * @param fallback true where the mixture took the place of an empty product
 */
public record FusedStep(ExpertWeights weights, int topToken, double logZ, double[] klFuseTo, double[] klToFuse,
        double entropy, double[] entropies, int vetoCount, int chosen, boolean fallback) {}
