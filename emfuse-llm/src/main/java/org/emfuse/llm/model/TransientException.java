package org.emfuse.llm.model;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** Something that may be better in a while. */
final class TransientException extends IOException {

    private static final long serialVersionUID = 1L;

    private final @Nullable Duration asked;

    /** What failed, and for how long the server asks to be left alone. */
    TransientException(String message, Optional<Duration> asked, @Nullable Throwable cause) {
        super(message, cause);
        this.asked = asked.orElse(null);
    }

    Optional<Duration> asked() {
        return Optional.ofNullable(asked);
    }
}
