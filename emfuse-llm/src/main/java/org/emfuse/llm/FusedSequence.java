package org.emfuse.llm;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.RuleState;
import org.emfuse.fusion.Weighting;
import org.jspecify.annotations.Nullable;

/** A sequence of a fused context: the members' sequences, its λ, and the rules' states by row index. */
final class FusedSequence {

    final SequenceId id;
    final SequenceId[] members;
    boolean lossWanted;
    /** The row after the prompt is evaluated for the loss only. */
    boolean promptRowUnwanted;
    double @Nullable [] promptLosses;
    private final Map<Weighting, ExpertWeights> weights = new HashMap<>();
    private final Map<FusionRule, TreeMap<Integer, RuleState>> states = new HashMap<>();

    FusedSequence(SequenceId id, SequenceId[] members, boolean lossWanted, boolean promptRowUnwanted) {
        this.id = id;
        this.members = members;
        this.lossWanted = lossWanted;
        this.promptRowUnwanted = promptRowUnwanted;
    }

    /** A copy under another id: inherits λ and states. */
    FusedSequence fork(SequenceId childId, SequenceId[] children) {
        FusedSequence child = new FusedSequence(childId, children, lossWanted, promptRowUnwanted);
        child.promptLosses = promptLosses;
        child.weights.putAll(weights);
        states.forEach((rule, byIndex) -> child.states.put(rule, new TreeMap<>(byIndex)));
        return child;
    }

    /** The members' sequences are those of another prompt from now on: λ and states are to be found anew. */
    void become(boolean newLossWanted, boolean newPromptRowUnwanted) {
        lossWanted = newLossWanted;
        promptRowUnwanted = newPromptRowUnwanted;
        promptLosses = null;
        weights.clear();
        states.clear();
    }

    /** λ of the sequence, fixed when it is first asked for. */
    ExpertWeights weights(Weighting weighting) {
        return weights.computeIfAbsent(weighting, w -> w.forSequence(members.length, promptLosses));
    }

    /** The state that the row at {@code index} starts from: that after the nearest earlier row that was fused. */
    RuleState before(FusionRule rule, int index) {
        TreeMap<Integer, RuleState> byIndex = states.get(rule);
        Map.Entry<Integer, RuleState> entry = byIndex == null ? null : byIndex.lowerEntry(index);
        return entry == null ? RuleState.START : entry.getValue();
    }

    void after(FusionRule rule, int index, RuleState state) {
        if (!state.equals(RuleState.START)) {
            states.computeIfAbsent(rule, r -> new TreeMap<>()).put(index, state);
        }
    }

    /** Forgets the states of rows that saw more than {@code generated} tokens. */
    void rewind(int generated) {
        states.values().forEach(byIndex -> byIndex.tailMap(generated, false).clear());
    }
}
