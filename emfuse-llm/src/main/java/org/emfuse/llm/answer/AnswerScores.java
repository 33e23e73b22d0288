package org.emfuse.llm.answer;

import java.util.List;

import org.emfuse.fusion.FusedStep;
import org.jspecify.annotations.Nullable;

/**
 * What one evaluation says about the answers to one question.
 *
 * @param experts the sums of each member, or of the only expert
 * @param methods the sums of each method, in the order asked for; empty for a single expert
 * @param first per method, the diagnostics of the row of the first answer token, under the method's λ
 * @param promptLosses the members' mean losses of the prompt, in nats per token; null where no method needed them
 * @param promptTokens tokens of the prompt as the longest-rendering member reads it
 */
public record AnswerScores(List<AnswerSums> experts, List<AnswerSums> methods, List<FusedStep> first,
        double @Nullable [] promptLosses, int promptTokens) {

    /** log Z at the first answer token under the first method's λ, in nats, at most 0; 0 for a single expert. */
    public double logZ() {
        return first.isEmpty() ? 0 : first.getFirst().logZ();
    }
}
