package org.emfuse.llm;

/** A prompt is longer than the context has room for. */
public final class ContextTooSmallException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception whose message ends with what to do.
     *
     * @param problem both lengths, in tokens; no full stop at its end
     * @param needed tokens of the prompt
     * @param trained tokens of the longest context that can be asked for
     */
    public ContextTooSmallException(String problem, int needed, int trained) {
        super(problem + (needed > trained
                ? ", and no context of more than " + trained + " can be asked for. Shorten it."
                : ". Shorten it or ask for a larger context."));
    }
}
