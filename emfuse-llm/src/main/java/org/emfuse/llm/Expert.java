package org.emfuse.llm;

/**
 * A language expert: the energy of every next token, given a context. Closed under fusion: {@link FusedExpert} is an
 * expert too, and nothing above asks which it is.
 */
public interface Expert extends AutoCloseable {

    /** The name in files, results and messages. */
    String name();

    /** The tokens that this expert's energies are about. */
    Vocabulary vocabulary();

    /** The length of a prompt as this expert renders it, in tokens. */
    int promptTokens(Prompt prompt);

    /**
     * Opens a memory for sequences of this expert.
     *
     * @throws IllegalArgumentException if the size cannot be had; the message names the expert and the limit
     */
    ExpertContext open(ContextSize size);

    /**
     * Whether a context of this expert may be evaluated while contexts of others are. Where it may not, the members of a
     * fused expert take turns, each with all threads.
     */
    default boolean concurrent() {
        return true;
    }

    /** Releases what the expert owns. Idempotent. Contexts are closed before their expert. */
    @Override
    void close();
}
