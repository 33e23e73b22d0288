package org.emfuse.llm.model;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How often a server is asked again, and how long is waited before.
 *
 * @param tries in a row without a byte of progress
 * @param first wait; each following one is twice as long
 * @param longest wait, also where the server asks for more: then it is not asked again
 */
record Waits(int tries, Duration first, Duration longest) {

    /** For servers of the world. */
    static final Waits USUAL = new Waits(4, Duration.ofMillis(500), Duration.ofSeconds(60));

    /** The wait after a number of failures in a row. */
    Duration after(int failures) {
        Duration wait = first.multipliedBy(1L << Math.min(20, failures - 1));
        return wait.compareTo(longest) > 0 ? longest : wait;
    }

    /** What {@code Retry-After} asks for: seconds, or a time. */
    static Optional<Duration> asked(HttpHeaders headers, Instant now) {
        Optional<String> value = headers.firstValue("Retry-After").map(String::strip);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (value.get().matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(value.get())));
            }
            Duration until = Duration.between(now,
                    ZonedDateTime.parse(value.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return Optional.of(until.isNegative() ? Duration.ZERO : until);
        } catch (DateTimeException e) {
            return Optional.empty(); // as good as none
        }
    }
}
