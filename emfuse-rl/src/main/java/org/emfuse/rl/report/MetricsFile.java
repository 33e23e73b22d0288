package org.emfuse.rl.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The numbers that a run logged: lines {@code {"kind": …, "step": …, name: number, …}}. A last line without its end is one
 * that is being written, or was when the run was killed; it is left out.
 */
public final class MetricsFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, Map<String, TreeMap<Double, Double>>> values = new TreeMap<>();
    private double lastStep;

    private MetricsFile() {}

    /** Of a run that logged nothing. */
    static MetricsFile none() {
        return new MetricsFile();
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if a line is not of that form; names the file and the line
     */
    public static MetricsFile read(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the metrics " + file + " could not be read as UTF-8 text", e);
        }
        List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        MetricsFile metrics = new MetricsFile();
        for (int i = 0; i < lines.size(); i++) {
            metrics.add(lines.get(i), file + ", line " + (i + 1));
        }
        return metrics;
    }

    private void add(String line, String where) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            throw bad(where, "is not JSON: " + e.getOriginalMessage());
        }
        JsonNode kind = node.path("kind");
        JsonNode step = node.path("step");
        if (!kind.isString() || !step.isIntegralNumber() || step.asDouble() < 0) {
            throw bad(where, "lacks a text \"kind\" or a whole \"step\" of at least 0");
        }
        lastStep = Math.max(lastStep, step.asDouble());
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String name = entry.getKey();
            if (!name.equals("kind") && !name.equals("step")) {
                double value = entry.getValue().isNumber() ? entry.getValue().asDouble() : Double.NaN;
                if (!Double.isFinite(value)) {
                    throw bad(where,
                            "has the value " + entry.getValue() + " for \"" + name + "\", which is not a number");
                }
                values.computeIfAbsent(kind.asString(), _ -> new TreeMap<>())
                        .computeIfAbsent(name, _ -> new TreeMap<>()).put(step.asDouble(), value);
            }
        }
    }

    private static IllegalArgumentException bad(String where, String what) {
        return new IllegalArgumentException(where + " " + what + ". A line of metrics looks like "
                + "{\"kind\": \"evaluation\", \"step\": 1000, \"return\": -150.0}; is this the folder of a training run?");
    }

    /** The names logged under a kind, in alphabetical order. */
    public Set<String> names(String kind) {
        return values.getOrDefault(kind, Map.of()).keySet();
    }

    /**
     * One number over steps; empty if it was never logged.
     *
     * @param run the curve's name
     */
    public Optional<Curve> curve(String kind, String name, String run) {
        TreeMap<Double, Double> found = values.getOrDefault(kind, Map.of()).get(name);
        return found == null
                ? Optional.empty()
                : Optional.of(new Curve(run, found.keySet().stream().mapToDouble(v -> v).toArray(),
                        found.values().stream().mapToDouble(v -> v).toArray()));
    }

    /** The last step of any line; 0 without lines. */
    public long lastStep() {
        return (long) lastStep;
    }
}
