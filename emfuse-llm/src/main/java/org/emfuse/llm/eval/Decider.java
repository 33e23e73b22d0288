package org.emfuse.llm.eval;

import java.util.List;
import java.util.function.Consumer;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Method;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.answer.AnswerTrie;
import org.emfuse.llm.answer.OptionsListPrompt;
import org.emfuse.llm.decode.AnswerScoring;
import org.emfuse.llm.decode.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * Decides rows one after the other, each handed on before the next begins: what a row's energies are must not depend on
 * its neighbours, and with 4-bit weights they would if rows shared batches. Owns its context, not the expert.
 */
public final class Decider implements AutoCloseable {

    /** Rooms are multiples of this, so that rows of nearly one length share a context. */
    private static final int ROUNDING = 512;

    private final Expert expert;
    private final List<Method> methods;
    private final ContextSize most;
    private final Consumer<Decision> consumer;
    private @Nullable ExpertContext context;
    private int room;

    /**
     * A decider.
     *
     * @param expert who decides; a fused one whenever there are methods
     * @param methods what the members' energies are combined by; empty for a single expert
     * @param most room of a context; one is opened for the first row, and again where a row needs more, because engines clear
     *     all of a context's memory, which takes longer than a short question
     * @param consumer receives the decisions in order
     */
    public Decider(Expert expert, List<Method> methods, ContextSize most, Consumer<Decision> consumer) {
        if (methods.isEmpty() == expert instanceof FusedExpert) {
            throw new IllegalArgumentException("expected methods for a fused expert and none for a single one, found "
                    + methods.size() + " for " + expert.name());
        }
        this.expert = expert;
        this.methods = List.copyOf(methods);
        this.most = most;
        this.consumer = consumer;
    }

    /**
     * Decides a row.
     *
     * @throws IllegalArgumentException if it cannot be decided; the message has its id
     */
    public void decide(DecisionRow row) {
        try {
            Prompt prompt = OptionsListPrompt.of(row.question(), row.choices());
            AnswerTrie answers = AnswerTrie.of(row.choices(), expert.vocabulary());
            Decoder decoder = new Decoder(contextFor(expert.promptTokens(prompt) + answers.totalTokens()), 1);
            decoder.submit(new AnswerScoring(prompt, answers, methods,
                    scores -> consumer.accept(Decision.of(row, scores, methods.isEmpty() ? expert.name() : null)),
                    reason -> {
                        throw reason;
                    }));
            decoder.run();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("row " + row.id() + ": " + e.getMessage(), e);
        }
    }

    private ExpertContext contextFor(int tokens) {
        ExpertContext open = context;
        if (open == null || (tokens > room && room < most.tokens())) {
            close();
            room = Math.min(most.tokens(), Math.ceilDiv(tokens, ROUNDING) * ROUNDING);
            open = expert.open(most.withTokens(room));
            context = open;
        }
        return open;
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
            context = null;
        }
    }
}
