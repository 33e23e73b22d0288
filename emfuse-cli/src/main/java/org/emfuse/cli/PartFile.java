package org.emfuse.cli;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import org.emfuse.llm.eval.Decision;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Decisions on their way to a file: {@code OUT.part}, one JSON line each after a first line that says what they come from.
 * A run that was stopped goes on after the last whole line, if it comes from the same.
 */
final class PartFile implements AutoCloseable {

    /** The first line. */
    record Origin(String hash) {}

    private final Path out;
    private final Path part;
    private final BufferedWriter writer;
    private final FileChannel lock;
    private final int done;
    private final Thread sweeper = new Thread(this::sweep, "sweep part file");

    private PartFile(Path out, Path part, BufferedWriter writer, FileChannel lock, int done) {
        this.out = out;
        this.part = part;
        this.writer = writer;
        this.lock = lock;
        this.done = done;
        Runtime.getRuntime().addShutdownHook(sweeper);
    }

    /**
     * Opens the part file of a result, new or where it was left.
     *
     * @param hash of everything that the result depends on
     * @param kept receives the decisions that are there already, in order
     * @throws IllegalStateException if another run is writing it now
     */
    static PartFile open(Path out, String hash, Consumer<Decision> kept) {
        OutputPlace.requireOrdinary(out);
        Path part = Path.of(out + ".part");
        FileChannel lock = null;
        try {
            lock = lock(out);
            int done = Files.isRegularFile(part) ? keep(part, hash, kept) : -1;
            if (done < 0) {
                Files.writeString(part, Json.LINES.writeValueAsString(new Origin(hash)) + "\n");
            }
            return new PartFile(out, part, Files.newBufferedWriter(part, StandardOpenOption.APPEND), lock,
                    Math.max(0, done));
        } catch (IOException e) {
            unlock(out, lock);
            throw new UncheckedIOException("the file " + part + " could not be written", e);
        } catch (RuntimeException e) {
            unlock(out, lock);
            throw e;
        }
    }

    /**
     * Keeps other runs from the part file until the channel is closed or the process ends. In a file of its own: a lock ends
     * when its process closes the file anywhere, and the part file is read before it is written.
     */
    private static FileChannel lock(Path out) throws IOException {
        Path file = lockFile(out);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null && Files.exists(file)) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // another run in this process
        }
        channel.close();
        throw new IllegalStateException("another run is writing " + out
                + " now; wait until it has ended, or write to another file");
    }

    /** What is beside a result while it is on its way. */
    static List<Path> beside(Path out) {
        return List.of(Path.of(out + ".part"), lockFile(out));
    }

    private static Path lockFile(Path out) {
        return Path.of(out + ".part.lock");
    }

    private static void unlock(Path out, @Nullable FileChannel lock) {
        try {
            if (lock != null && lock.isOpen()) {
                Files.deleteIfExists(lockFile(out));
                lock.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a lock could not be released", e);
        }
    }

    /** Reads whole lines and cuts off the rest; -1 if the file comes from something else. */
    private static int keep(Path part, String hash, Consumer<Decision> kept) throws IOException {
        int done = -1;
        long length = 0;
        // A kill can cut a character, too: what is no UTF-8 is read as U+FFFD and is then no whole line of JSON.
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(Files.newInputStream(part), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                try {
                    if (done >= 0) {
                        kept.accept(Json.LINES.readValue(line, Decision.class));
                    } else if (!new Origin(hash).equals(Json.LINES.readValue(line, Origin.class))) {
                        return -1;
                    }
                } catch (JacksonException e) {
                    break; // the line that was being written when the run was stopped
                }
                done++;
                length += line.getBytes(StandardCharsets.UTF_8).length + 1L;
            }
        }
        try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw")) {
            file.setLength(Math.min(length, file.length()));
            if (file.length() < length) {
                file.seek(file.length());
                file.write('\n');
            }
        }
        return done;
    }

    /** Decisions that were there already. */
    int done() {
        return done;
    }

    /** Adds a decision; it survives the end of the process. */
    void add(Decision decision) {
        try {
            writer.write(Json.LINES.writeValueAsString(decision) + "\n");
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + part + " could not be written", e);
        }
    }

    /** All decisions, in order; to be closed. */
    Reader reader() {
        try {
            BufferedReader lines = Files.newBufferedReader(part);
            lines.readLine();
            return new Reader(lines);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + part + " could not be read", e);
        }
    }

    /** Reads decisions one by one. */
    static final class Reader implements AutoCloseable {

        private final BufferedReader lines;

        private Reader(BufferedReader lines) {
            this.lines = lines;
        }

        /** The next decision; there must be one. */
        Decision next() {
            try {
                return Json.LINES.readValue(Objects.requireNonNull(lines.readLine()), Decision.class);
            } catch (IOException e) {
                throw new UncheckedIOException("decisions could not be read back", e);
            }
        }

        @Override
        public void close() {
            try {
                lines.close();
            } catch (IOException e) {
                throw new UncheckedIOException("decisions could not be read back", e);
            }
        }
    }

    /** Where the result is written before it gets its place; gone when this is closed, and with Ctrl-C. */
    Path finished() {
        return Path.of(out + ".part.done");
    }

    /** Replaces the result by the finished file and removes the part file. */
    void replace() {
        try {
            Files.move(finished(), OutputPlace.behindLinks(out), StandardCopyOption.REPLACE_EXISTING);
            Files.delete(part);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + out + " could not be written", e);
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(sweeper);
        } catch (IllegalStateException e) {
            // The process ends already; the hook does its work.
        }
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + part + " could not be closed", e);
        } finally {
            finished().toFile().delete();
            unlock(out, lock);
        }
    }

    /** What only a running process needs. */
    private void sweep() {
        finished().toFile().delete();
        lockFile(out).toFile().delete();
    }
}
