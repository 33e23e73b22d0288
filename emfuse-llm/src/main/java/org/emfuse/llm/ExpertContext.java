package org.emfuse.llm;

import java.util.List;

/**
 * One expert's memory of many independent sequences: <em>queue, evaluate, read</em>. {@link #start} and {@link #append}
 * queue tokens, {@link #evaluate} runs one native batch over what is queued, {@link #rows} and {@link #energies} read
 * what became ready. Used by one thread at a time.
 *
 * <p>Every method throws {@link IllegalStateException} after {@link #close}, and {@link IllegalArgumentException} for a
 * sequence that was released or never started.
 */
public interface ExpertContext extends AutoCloseable {

    /** The vocabulary of the rows. */
    Vocabulary vocabulary();

    /** The length of a prompt as this expert renders it, in tokens; what {@link #start} would queue. */
    int promptTokens(Prompt prompt);

    /**
     * Starts a sequence and queues the prompt, rendered with this expert's own template.
     *
     * @throws IllegalArgumentException if the prompt renders to no token or to more than {@link #freeTokens()}
     * @throws IllegalStateException if no sequence is free
     */
    SequenceId start(Prompt prompt, Rows rows);

    /**
     * A new sequence with the same tokens; nothing is computed and no room is taken. Inherits what belongs to the sequence (weights, rule
     * state, prompt loss).
     *
     * @throws IllegalStateException if tokens of the sequence are queued, or no sequence is free
     */
    SequenceId fork(SequenceId sequence);

    /**
     * Turns a sequence into that of another prompt, as if it had been started with it: tokens that both begin with stay
     * evaluated, the sequence's others are dropped, queued ones too, and what is new is queued. At least one token is.
     *
     * <p>With {@link Rows#LOSS} only tokens whose loss is known stay: those of a prompt that was started or resumed with it.
     * If it fails the sequence is released.
     *
     * @return the tokens that were queued, in a fused context those of the member with the most
     * @throws IllegalArgumentException if the prompt renders to no token or to more than there is room for
     */
    int resume(SequenceId sequence, Prompt prompt, Rows rows);

    /**
     * Queues tokens after the sequence's last one.
     *
     * @param tokens at least one, each in [0, vocabulary size)
     * @throws IllegalArgumentException if a token is out of range or {@link #freeTokens(SequenceId)} is exceeded
     */
    void append(SequenceId sequence, int[] tokens, Rows rows);

    /**
     * One native batch over what is queued: first the appends of a single token, then pieces of the rest in order of
     * arrival. Invalidates the rows of the previous call.
     *
     * @return true while work is left
     */
    boolean evaluate();

    /** The rows that the last {@link #evaluate} made ready, at most as many as fit one native batch. */
    List<Row> rows();

    /**
     * Reads one row that the last {@link #evaluate} made ready.
     *
     * @param out receives energies in nats, Σ exp(-E) = 1; if shorter than the vocabulary, the row is cut to its length
     *     before it is normalised
     * @throws IllegalArgumentException if the row is not ready
     */
    void energies(Row row, float[] out);

    /**
     * How the energy of one token in a ready row came about.
     *
     * @param alternatives how many of the other most probable tokens to list
     */
    Explanation explain(Row row, int token, int alternatives);

    /**
     * The mean of -log p(x_t) over the tokens t = 2..T of the prompt as rendered, in nats.
     *
     * @throws IllegalStateException if the sequence was not started with {@link Rows#LOSS} or is not evaluated yet
     */
    double promptLoss(SequenceId sequence);

    /** Tokens of the sequence in this expert's context, prompt and queued tokens included. */
    int length(SequenceId sequence);

    /** Tokens after the prompt, queued ones included. */
    int generated(SequenceId sequence);

    /**
     * Drops all but the prompt and the first {@code generated} tokens after it.
     *
     * @throws IllegalStateException if tokens of the sequence are queued
     * @throws IllegalArgumentException if {@code generated} is negative or more than there are
     */
    void rewind(SequenceId sequence, int generated);

    /** Ends a sequence and frees its room; queued tokens are dropped. */
    void release(SequenceId sequence);

    /** The longest prompt that a new sequence could take now, in tokens. */
    int freeTokens();

    /**
     * Tokens that every model was trained for: no longer context can be asked for.
     *
     * @return the largest number where that is not known
     */
    int trainedTokens();

    /** Tokens that could be appended to the sequence now. */
    int freeTokens(SequenceId sequence);

    /** Sequences that could be started or forked now. */
    int freeSequences();

    /** Frees the memory. Idempotent. */
    @Override
    void close();
}
