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

    private final RandomAccessFile lines;
    private final EventFile events;

    private MetricsLog(RandomAccessFile lines, EventFile events) {
        this.lines = lines;
        this.events = events;
    }

    /** The lengths of both files in bytes, for a checkpoint. */
    public record Position(long lines, long events) {

        /** Nothing written yet. */
        public static final Position START = new Position(0, 0);
    }

    /** Opens the files of a folder and cuts them to a position. */
    public static MetricsLog open(Path folder, Position position) {
        try {
            RandomAccessFile lines = new RandomAccessFile(folder.resolve("metrics.jsonl").toFile(), "rw");
            if (lines.length() < position.lines()) {
                lines.close();
                throw new IllegalArgumentException("the file " + folder.resolve("metrics.jsonl")
                        + " is shorter than its checkpoint says; it was changed. Begin the run anew in another folder");
            }
            lines.setLength(position.lines());
            lines.seek(position.lines());
            return new MetricsLog(lines,
                    new EventFile(folder.resolve("events.out.tfevents.emfuse"), position.events()));
        } catch (IOException e) {
            throw new UncheckedIOException("the metrics in " + folder + " could not be written", e);
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
            throw new UncheckedIOException("the metrics could not be written", e);
        }
        events.add(step, tagged);
    }

    /** Where both files end now. */
    public Position position() {
        try {
            return new Position(lines.length(), events.length());
        } catch (IOException e) {
            throw new UncheckedIOException("the metrics' length could not be read", e);
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
