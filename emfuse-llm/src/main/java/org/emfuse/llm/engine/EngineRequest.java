package org.emfuse.llm.engine;

import java.nio.file.Path;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The engine that a command names: {@code embedded}, the name of a build, or a path.
 *
 * @param option of the command line; null if it names none
 * @param configured in a configuration file; null if that names none
 * @param file the configuration file; null where {@code configured} is
 */
public record EngineRequest(@Nullable String option, @Nullable String configured, @Nullable Path file) {

    /** Refuses names without text. */
    public EngineRequest {
        requireText(option);
        requireText(configured);
    }

    /**
     * Refuses a name without text.
     *
     * @throws IllegalArgumentException if it is one
     */
    public static void requireText(@Nullable String name) {
        if (name != null && name.isBlank()) {
            throw new IllegalArgumentException("expected the name of an engine or a path, found an empty text;"
                    + " ./emfuse engine list shows the names");
        }
    }

    /** The system property that names an engine where the command line does not. */
    public static final String PROPERTY = "emfuse.llama.library";

    /** The environment variable that names an engine where the command line and the property do not. */
    public static final String VARIABLE = "EMFUSE_LLAMA_LIBRARY";

    /** A command that names none. */
    public static final EngineRequest NONE = new EngineRequest(null, null, null);

    /** An engine of the command line. */
    public static EngineRequest ofOption(String name) {
        return new EngineRequest(Objects.requireNonNull(name), null, null);
    }

    /** An engine of a configuration file. */
    public static EngineRequest ofConfiguration(String name, Path file) {
        return new EngineRequest(null, Objects.requireNonNull(name), Objects.requireNonNull(file));
    }
}
