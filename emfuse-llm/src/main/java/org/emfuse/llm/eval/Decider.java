package org.emfuse.llm.eval;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Method;
import org.emfuse.llm.answer.AnswerScores;
import org.emfuse.llm.answer.AnswerTrie;
import org.emfuse.llm.answer.OptionsListPrompt;
import org.emfuse.llm.decode.AnswerScoring;
import org.emfuse.llm.decode.Decoder;

/**
 * Decides rows in the order in which they come: a few are in the decode loop at once, and each is handed on when those
 * before it are. Owns its context, not the expert.
 */
public final class Decider implements AutoCloseable {

    /** Rows in the loop at once: more would not be faster, a batch is filled by one row's prompt. */
    private static final int AT_ONCE = 2;

    private final Expert expert;
    private final ExpertContext context;
    private final Decoder decoder;
    private final List<Method> methods;
    private final Consumer<Decision> consumer;
    private final Map<Long, Decision> finished = new HashMap<>();
    private long submitted;
    private long handedOn;

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
        this.decoder = new Decoder(context, AT_ONCE);
    }

    /**
     * Decides a row, now or together with the next ones.
     *
     * @throws IllegalArgumentException if a row cannot be decided; the message has its id
     */
    public void decide(DecisionRow row) {
        long place = submitted++;
        AnswerTrie answers;
        try {
            answers = AnswerTrie.of(row.choices(), context.vocabulary());
        } catch (IllegalArgumentException e) {
            throw failure(row, e);
        }
        decoder.submit(new AnswerScoring(OptionsListPrompt.of(row.question(), row.choices()), answers, methods,
                scores -> keep(place, row, scores), reason -> {
                    throw failure(row, reason);
                }));
        while (decoder.pending() > AT_ONCE) {
            decoder.turn();
            handOn();
        }
    }

    private static RuntimeException failure(DecisionRow row, RuntimeException reason) {
        String message = "row " + row.id() + ": " + reason.getMessage();
        return reason instanceof IllegalArgumentException
                ? new IllegalArgumentException(message, reason)
                : new IllegalStateException(message, reason);
    }

    private void keep(long place, DecisionRow row, AnswerScores scores) {
        finished.put(place, Decision.of(row, scores, methods.isEmpty() ? expert.name() : null));
    }

    private void handOn() {
        for (Decision next = finished.remove(handedOn); next != null; next = finished.remove(handedOn)) {
            handedOn++;
            consumer.accept(next);
        }
    }

    /** Decides what is still open. */
    public void finish() {
        while (decoder.pending() > 0) {
            decoder.turn();
            handOn();
        }
        handOn();
    }

    @Override
    public void close() {
        context.close();
    }
}
