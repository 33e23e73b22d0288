package org.emfuse.rl.train;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * Metrics of a run as JSON Lines ({@code metrics.jsonl}) and, the same numbers, as a TensorBoard event file. Both are cut
 * back to where they were when a run goes on from a checkpoint; the lines hold no times, so that a resumed run's file
 * equals that of an uninterrupted one.
 */
public final class MetricsLog implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final RandomAccessFile lines;
    private final EventFile events;

    private MetricsLog(Path folder, RandomAccessFile lines, EventFile events) {
        this.folder = folder;
        this.lines = lines;
        this.events = events;
    }

    /** The lengths of both files in bytes, for a checkpoint. */
    public record Position(long lines, long events) {

        /** Nothing written yet. */
        public static final Position START = new Position(0, 0);

        /** Checks that lengths are not negative. */
        public Position {
            if (lines < 0 || events < 0) {
                throw new IllegalArgumentException(
                        "lengths of files are at least 0, found " + lines + " and " + events);
            }
        }
    }

    /**
     * Opens the files of a folder and cuts them to a position.
     *
     * @throws IllegalArgumentException if one is shorter than that
     */
    public static MetricsLog open(Path folder, Position position) {
        Path lines = folder.resolve("metrics.jsonl");
        Path events = folder.resolve("events.out.tfevents.emfuse");
        requireLength(lines, position.lines());
        requireLength(events, position.events());
        try {
            RandomAccessFile file = new RandomAccessFile(lines.toFile(), "rw");
            try {
                file.setLength(position.lines());
                file.seek(position.lines());
                return new MetricsLog(folder, file, new EventFile(events, position.events()));
            } catch (IOException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the metrics in " + folder + " could not be written", e);
        }
    }

    private static void requireLength(Path file, long expected) {
        long found = file.toFile().length(); // 0 where there is none
        if (found < expected) {
            throw new IllegalArgumentException("the file " + file + " has " + found + " bytes, its checkpoint says "
                    + expected + "; it was changed. Begin the run anew in another folder");
        }
    }

    /** Adds scalars of one kind at one step; those that are not numbers are left out. */
    public void add(String kind, long step, Map<String, Double> scalars) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("kind", kind);
        line.put("step", step);
        Map<String, Double> tagged = new LinkedHashMap<>();
        scalars.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                line.put(name, value);
                tagged.put(kind + "/" + name, value);
            }
        });
        try {
            lines.write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the metrics in " + folder + " could not be written", e);
        }
        events.add(step, tagged);
    }

    /** Brings both files to the disk; says where they end. */
    public Position sync() {
        try {
            lines.getFD().sync();
            return new Position(lines.length(), events.sync());
        } catch (IOException e) {
            throw new UncheckedIOException("the metrics in " + folder + " could not be brought to the disk", e);
        }
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the metrics could not be closed", e);
        } finally {
            events.close();
        }
    }
}
