package org.emfuse.llm.llama.ffi;

import org.jspecify.annotations.Nullable;

/** A call into llama.cpp failed; the message says which, for which expert or file, and what to do. */
public final class LlamaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What failed, and its cause if there is one. */
    public LlamaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
