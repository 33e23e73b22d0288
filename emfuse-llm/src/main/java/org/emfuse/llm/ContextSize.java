package org.emfuse.llm;

/**
 * How large a context is to be.
 *
 * @param sequences sequences that can live at once, at least 1
 * @param tokens tokens in all of them together, at least 1
 * @param batch tokens of one native evaluation at most, at least 1
 * @param threads native threads for the whole context, all members of a fused one together, at least 1
 */
public record ContextSize(int sequences, int tokens, int batch, int threads) {

    public ContextSize {
        if (sequences < 1 || tokens < 1 || batch < 1 || threads < 1) {
            throw new IllegalArgumentException("expected sequences, tokens, batch and threads of at least 1, found "
                    + sequences + ", " + tokens + ", " + batch + ", " + threads);
        }
    }

    /** The given room with batches of 512 tokens and one thread per processor. */
    public static ContextSize of(int sequences, int tokens) {
        return new ContextSize(sequences, tokens, 512, Runtime.getRuntime().availableProcessors());
    }

    /** This size with another number of threads. */
    public ContextSize withThreads(int count) {
        return new ContextSize(sequences, tokens, batch, count);
    }
}
