package org.emfuse.llm.decode;

/** Receives a generation as it goes. An exception thrown here ends that generation only. */
public interface GenerationListener {

    /** A token was generated; not called for end tokens. */
    void step(Step step);

    /**
     * The generation ended.
     *
     * @param rest text that was held back until now
     */
    void finished(FinishReason reason, String rest);

    /** The generation failed. */
    void failed(RuntimeException reason);

    /** Asked after every evaluation and every token; true ends the generation. */
    default boolean cancelled() {
        return false;
    }
}
