package org.emfuse.fusion;

import java.util.List;

import org.emfuse.energy.ExpertWeights;

/**
 * EMSelect: the row of the one expert that is nearest to the pairwise fusion (spec 02).
 *
 * @param alpha exponent of the incumbent in the pairwise fusion, in [1e-3, 1 - 1e-3]
 * @param selector how the winner among several experts is found
 * @param delta nats by which a challenger must win under {@link Selector#STICKY}, at least 0
 * @param topK compare on the union of both experts' {@code topK} most probable outcomes; 0 for all outcomes
 */
public record EmSelect(double alpha, Selector selector, double delta, int topK) implements FusionRule {

    /** The paper's rule: α = 1/2, king of the hill, all outcomes. */
    public static final EmSelect DEFAULT = new EmSelect(0.5, Selector.KING_OF_HILL, 0, 0);

    @Override
    public String name() {
        return "emselect";
    }

    @Override
    public FusedRow apply(List<float[]> rows, ExpertWeights weights, RuleState state, float[] out) {
        throw new UnsupportedOperationException();
    }
}
