package org.emfuse.llm;

import org.jspecify.annotations.Nullable;

/**
 * Where a test gets experts from, so that the same test can run on every kind of expert. All experts of a source have
 * one vocabulary; equal names have equal energies, different names different ones. Closing it closes its experts.
 */
public interface ExpertSource extends AutoCloseable {

    /**
     * An expert.
     *
     * @param temperature τ of {@code E = -logsoftmax(z/τ)}
     * @param system system text of conversations that have none, null for none
     */
    Expert expert(String name, double temperature, @Nullable String system);

    /** An expert at temperature 1 without a system text. */
    default Expert expert(String name) {
        return expert(name, 1, null);
    }

    @Override
    void close();
}
