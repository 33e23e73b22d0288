package org.emfuse.llm.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

import org.emfuse.llm.model.CacheFolder;

/** What is remembered about engines in the cache: the user's choice, and the last try to fetch one that failed. */
public final class EngineMemory {

    /** For so long a failed try is not repeated. */
    static final Duration PATIENCE = Duration.ofDays(1);

    /** In no name: control characters, and what stands for bytes that are no text. */
    private static final Pattern UNNAMEABLE = Pattern.compile("[\\p{Cntrl}\ufffd]");

    private final Path folder;
    private final Path choice;
    private final Path failure;

    /** The memory in a cache. */
    public EngineMemory(CacheFolder cache) {
        folder = cache.engines();
        choice = folder.resolve(".choice");
        failure = folder.resolve(".failed");
    }

    /**
     * The engine that the user chose: {@code embedded}, a name or a path.
     *
     * @throws EngineException if what is kept of the choice can be no name
     */
    public Optional<String> choice() {
        Optional<String> chosen = read(choice).map(String::strip).filter(text -> !text.isEmpty());
        if (chosen.isPresent() && UNNAMEABLE.matcher(chosen.get()).find()) {
            throw new EngineException("the file " + choice + ", which keeps the choice of 'engine use', is damaged:"
                    + " expected the name or path of an engine. To forget the choice: ./emfuse engine use auto", null);
        }
        return chosen;
    }

    /** Remembers the user's choice. */
    public void choose(String engine) {
        write(choice, engine + "\n");
    }

    /** Forgets the user's choice. */
    public void forgetChoice() {
        delete(choice);
    }

    /** Why the last try to fetch an engine failed, if that was less than a day ago. */
    public Optional<String> recentFailure(Instant now) {
        return read(failure).flatMap(text -> {
            String[] parts = text.strip().split(" ", 2);
            try {
                Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(parts[0])), now);
                return age.isNegative() || age.compareTo(PATIENCE) > 0 || parts.length < 2
                        ? Optional.empty()
                        : Optional.of(parts[1]);
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        });
    }

    /** Remembers that fetching failed. */
    public void failed(Instant now, String reason) {
        write(failure, now.getEpochSecond() + " " + reason.lines().findFirst().orElse("") + "\n");
    }

    /** Forgets that fetching failed. */
    public void succeeded() {
        delete(failure);
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(new String(Files.readAllBytes(file), UTF_8))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be read", e);
        }
    }

    private void write(Path file, String text) {
        try {
            CacheFolder.write(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("the cache folder " + folder + " could not be written", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be removed", e);
        }
    }
}
