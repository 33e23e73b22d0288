package org.emfuse.llm;

/** Which rows of the queued tokens are wanted. */
public enum Rows {
    /** The row after the last token. The usual case. */
    LAST,
    /** The row after every token. */
    ALL,
    /** No row. */
    NONE,
    /**
     * The row after the last token and, inside the expert, the mean loss of the prompt ({@link
     * ExpertContext#promptLoss}). Only for {@link ExpertContext#start} and {@link ExpertContext#resume}.
     */
    LOSS
}
