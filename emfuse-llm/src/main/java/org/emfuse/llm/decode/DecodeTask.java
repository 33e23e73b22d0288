package org.emfuse.llm.decode;

import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Row;

/**
 * Something that runs in the decode loop: it owns sequences, and at every turn is handed the rows of them that became
 * ready, upon which it queues more tokens or ends.
 */
public interface DecodeTask {

    /** Tokens that the task needs in all at once, prompt included. */
    int tokensNeeded(ExpertContext context);

    /** The fewest tokens with which the task can still do something, prompt included. */
    default int tokensRequired(ExpertContext context) {
        return tokensNeeded(context);
    }

    /** Sequences that the task can make use of at once, at least 1; it must do with fewer. */
    int sequencesWanted();

    /**
     * Starts the task's first sequence.
     *
     * @param sequences how many it may hold at once, at least 1
     */
    void start(ExpertContext context, int sequences);

    /** Whether the row belongs to a sequence of this task. */
    boolean owns(Row row);

    /** A row of the task is ready. May queue tokens, fork, rewind and release the task's own sequences. */
    void ready(ExpertContext context, Row row);

    /** Called after all rows of a turn were handed out. */
    default void turnEnded(ExpertContext context) {}

    /** Whether nothing is left to do; the task has released its sequences then. */
    boolean done();

    /** Ends the task early: releases its sequences and tells whoever waits for it. */
    void abort(ExpertContext context, RuntimeException reason);
}
