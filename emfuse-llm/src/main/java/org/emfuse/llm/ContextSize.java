package org.emfuse.llm;

/**
 * How large a context is to be, and how it is evaluated.
 *
 * @param sequences sequences that can live at once, at least 1
 * @param tokens tokens in all of them together, at least 1
 * @param batch tokens of one native evaluation at most, at least 1
 * @param plan how the members of a fused context share the processor; a single expert has all threads
 */
public record ContextSize(int sequences, int tokens, int batch, EvaluationPlan plan) {

    public ContextSize {
        if (sequences < 1 || tokens < 1 || batch < 1) {
            throw new IllegalArgumentException("expected sequences, tokens and batch of at least 1, found " + sequences
                    + ", " + tokens + ", " + batch);
        }
    }

    /** The given room, with members evaluated at once on so many native threads together. */
    public ContextSize(int sequences, int tokens, int batch, int threads) {
        this(sequences, tokens, batch, new EvaluationPlan(EvaluationPlan.Order.AT_ONCE, threads));
    }

    /** The given room with batches of 512 tokens and one thread per processor. */
    public static ContextSize of(int sequences, int tokens) {
        return new ContextSize(sequences, tokens, 512, Runtime.getRuntime().availableProcessors());
    }

    /** Native threads for the whole context, all members of a fused one together. */
    public int threads() {
        return plan.threads();
    }

    /** This size with room for another number of tokens. */
    public ContextSize withTokens(int count) {
        return new ContextSize(sequences, count, batch, plan);
    }

    /** This size with another number of threads. */
    public ContextSize withThreads(int count) {
        return withPlan(new EvaluationPlan(plan.order(), count));
    }

    /** This size, evaluated in another way. */
    public ContextSize withPlan(EvaluationPlan other) {
        return new ContextSize(sequences, tokens, batch, other);
    }
}
