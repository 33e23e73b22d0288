package org.emfuse.llm.eval;

import java.util.List;
import java.util.function.Consumer;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Method;
import org.emfuse.llm.answer.AnswerTrie;
import org.emfuse.llm.answer.OptionsListPrompt;
import org.emfuse.llm.decode.AnswerScoring;
import org.emfuse.llm.decode.Decoder;

/**
 * Decides rows one after the other, each handed on before the next begins: what a row's energies are must not depend on
 * its neighbours, and with 4-bit weights they would if rows shared batches. Owns its context, not the expert.
 */
public final class Decider implements AutoCloseable {

    private final Expert expert;
    private final ExpertContext context;
    private final Decoder decoder;
    private final List<Method> methods;
    private final Consumer<Decision> consumer;

    /**
     * A decider.
     *
     * @param expert who decides; a fused one whenever there are methods
     * @param methods what the members' energies are combined by; empty for a single expert
     * @param size of the context
     * @param consumer receives the decisions in order
     */
    public Decider(Expert expert, List<Method> methods, ContextSize size, Consumer<Decision> consumer) {
        if (methods.isEmpty() == expert instanceof FusedExpert) {
            throw new IllegalArgumentException("expected methods for a fused expert and none for a single one, found "
                    + methods.size() + " for " + expert.name());
        }
        this.expert = expert;
        this.methods = List.copyOf(methods);
        this.consumer = consumer;
        this.context = expert.open(size);
        this.decoder = new Decoder(context, 1);
    }

    /**
     * Decides a row.
     *
     * @throws IllegalArgumentException if it cannot be decided; the message has its id
     */
    public void decide(DecisionRow row) {
        try {
            AnswerTrie answers = AnswerTrie.of(row.choices(), context.vocabulary());
            decoder.submit(new AnswerScoring(OptionsListPrompt.of(row.question(), row.choices()), answers, methods,
                    scores -> consumer.accept(Decision.of(row, scores, methods.isEmpty() ? expert.name() : null)),
                    reason -> {
                        throw reason;
                    }));
            decoder.run();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("row " + row.id() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
