package org.emfuse.llm.engine;

import org.jspecify.annotations.Nullable;

/** A build of llama.cpp cannot be had; the message says what was tried and what to do. */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What failed, and its cause if there is one. */
    public EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
