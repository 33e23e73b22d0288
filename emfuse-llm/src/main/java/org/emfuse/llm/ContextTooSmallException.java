package org.emfuse.llm;

/** A prompt is longer than the context has room for. */
public final class ContextTooSmallException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** An exception with a message that has both lengths, in tokens. */
    public ContextTooSmallException(String message) {
        super(message);
    }
}
