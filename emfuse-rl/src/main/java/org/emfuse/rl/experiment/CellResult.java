package org.emfuse.rl.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a finished cell came to.
 *
 * @param file that says it
 */
record CellResult(Path file, JsonNode content) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Reads {@code result.json} of a cell's folder.
     *
     * @throws IllegalArgumentException if it is damaged
     */
    static CellResult read(Path folder) {
        Path file = file(folder);
        try {
            return new CellResult(file, JSON.readTree(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("the result " + file + " could not be read", e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "the result " + file + " is damaged; remove it, and its cell is done anew", e);
        }
    }

    /** Whether a cell's folder has a result. */
    static boolean isIn(Path folder) {
        return Files.exists(file(folder));
    }

    private static Path file(Path folder) {
        return folder.resolve("result.json");
    }

    /** Returns of a policy's episodes, at least one. */
    double[] returns() {
        JsonNode returns = content.path("returns");
        double[] values = new double[returns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = returns.get(i).doubleValue();
        }
        if (values.length == 0) {
            throw without("returns");
        }
        return values;
    }

    /** An error of a transition model on data kept apart. */
    double error(String name) {
        JsonNode error = content.path("errors").path(name);
        if (!error.isNumber() && !error.isString()) {
            throw without("error " + name);
        }
        return error.isNumber() ? error.doubleValue() : Double.NaN; // JSON has no number for NaN: a text
    }

    /** Seconds of work over all its starts; empty where it does not say. */
    OptionalDouble seconds() {
        JsonNode seconds = content.path("seconds");
        return seconds.isNumber() ? OptionalDouble.of(seconds.doubleValue()) : OptionalDouble.empty();
    }

    private IllegalArgumentException without(String what) {
        return new IllegalArgumentException(
                "the result " + file + " has no " + what + "; remove it, and its cell is done anew");
    }
}
