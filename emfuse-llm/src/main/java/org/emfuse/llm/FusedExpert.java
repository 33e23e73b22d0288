package org.emfuse.llm;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Weighting;

/**
 * Experts in lockstep under one rule; an expert itself. Owns its members: closing it closes them.
 *
 * <p>The order of the members is part of the result wherever a rule breaks ties by it.
 */
public final class FusedExpert implements Expert {

    private final String name;
    private final List<Expert> members;
    private final FusionRule rule;
    private final Weighting weighting;
    private final Vocabulary vocabulary;

    /**
     * Fuses experts.
     *
     * @param name in results and messages
     * @param members at least one, of one vocabulary, with different names
     * @param rule how their rows become one
     * @param weighting where λ comes from
     * @throws IllegalArgumentException if vocabularies differ (the message says which experts and what differs), names
     *     repeat, or fixed weights do not fit
     */
    public FusedExpert(String name, List<? extends Expert> members, FusionRule rule, Weighting weighting) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("expected at least one expert to fuse in " + name + ", found none");
        }
        if (members.stream().map(Expert::name).distinct().count() < members.size()) {
            throw new IllegalArgumentException("the experts of " + name + " need different names, found "
                    + members.stream().map(Expert::name).toList());
        }
        requireFits(name, members, weighting);
        this.name = name;
        this.members = List.copyOf(members);
        this.rule = rule;
        this.weighting = weighting;
        requireOneVocabulary(this.members);
        this.vocabulary = new FusedVocabulary(this.members.stream().map(Expert::vocabulary).toList());
    }

    /** Refuses weights of another number of experts, and weights from losses that there are not. */
    static void requireFits(String name, List<? extends Expert> members, Weighting weighting) {
        if (weighting.needsPromptLosses()) {
            requireSingle(name, members);
        } else {
            weighting.forSequence(members.size(), null);
        }
    }

    /** Members that are fused themselves may render a prompt differently inside, so it has no one loss. */
    static void requireSingle(String name, List<? extends Expert> members) {
        for (Expert member : members) {
            if (member instanceof FusedExpert) {
                throw new IllegalArgumentException("prompt losses in " + name + " are those of single models, but "
                        + member.name() + " is fused; use other weights there");
            }
        }
    }

    private static void requireOneVocabulary(List<Expert> members) {
        Expert first = members.getFirst();
        for (Expert other : members) {
            VocabularyMatch.problem(first.name(), first.vocabulary(), other.name(), other.vocabulary())
                    .ifPresent(problem -> {
                        throw new IllegalArgumentException(problem);
                    });
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The experts, in order. */
    public List<Expert> members() {
        return members;
    }

    /** How rows become one. */
    public FusionRule rule() {
        return rule;
    }

    /** Where λ comes from. */
    public Weighting weighting() {
        return weighting;
    }

    /** {@inheritDoc} That of the member that renders it longest. */
    @Override
    public int promptTokens(Prompt prompt) {
        return members.stream().mapToInt(member -> member.promptTokens(prompt)).max().orElseThrow();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Every member gets a context of the same room. Where they are evaluated at once, every single expert, also one of a
     * fused member, gets an equal share of the threads, rounded down, at least one. They take turns, each with all
     * threads, where the plan says so or an engine cannot do otherwise.
     */
    @Override
    public FusedContext open(ContextSize size) {
        boolean atOnce = size.plan().order() == EvaluationPlan.Order.AT_ONCE && concurrent();
        int each = size.plan().threadsEach(singles(this));
        List<ExpertContext> opened = new ArrayList<>();
        try {
            for (Expert member : members) {
                opened.add(member.open(atOnce ? size.withThreads(each * singles(member)) : size));
            }
            return new FusedContext(this, opened, atOnce);
        } catch (RuntimeException e) {
            opened.forEach(ExpertContext::close);
            throw e;
        }
    }

    /** How many single experts an expert is made of. */
    private static int singles(Expert expert) {
        return expert instanceof FusedExpert fused ? fused.members.stream().mapToInt(FusedExpert::singles).sum() : 1;
    }

    @Override
    public boolean concurrent() {
        return members.stream().allMatch(Expert::concurrent);
    }

    @Override
    public void close() {
        members.forEach(Expert::close);
    }
}
