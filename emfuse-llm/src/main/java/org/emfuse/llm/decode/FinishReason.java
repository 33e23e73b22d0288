package org.emfuse.llm.decode;

/** Why a generation ended. */
public enum FinishReason {
    /** An expert's end token. */
    END,
    /** A stop string. */
    STOP,
    /** The request's limit of tokens. */
    LENGTH,
    /** The context is full. */
    CONTEXT,
    /** Whoever asked for it does not want it any more. */
    CANCELLED
}
