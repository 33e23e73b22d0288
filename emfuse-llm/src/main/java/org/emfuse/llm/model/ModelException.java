package org.emfuse.llm.model;

import org.jspecify.annotations.Nullable;

/** A model file cannot be had; the message says what was tried and what to do. */
public final class ModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What failed, and its cause if there is one. */
    public ModelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
