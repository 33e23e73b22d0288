package org.emfuse.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON out: one line for bulk rows, indented for results. */
final class Json {

    /** One value per line. */
    static final JsonMapper LINES = new JsonMapper();

    private static final JsonMapper PRETTY = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** Writes a result to a file, whole or not at all; {@code -} is {@code out}. */
    static void write(Object result, String file, PrintWriter out) {
        String text = pretty(result);
        if (file.equals("-")) {
            out.print(text);
            out.flush();
        } else {
            writeText(Path.of(file), text);
        }
    }

    /** A result as indented text. */
    static String pretty(Object result) {
        return PRETTY.writeValueAsString(result) + "\n";
    }

    /** Writes a text file, whole or not at all. */
    static void writeText(Path file, String text) {
        OutputPlace.require(file);
        if (OutputPlace.special(file)) {
            writeInto(file, text);
            return;
        }
        try {
            Path place = OutputPlace.behindLinks(file);
            // Not Files.createTempFile, whose files nobody else may read.
            Path part = place.resolveSibling("." + place.getFileName() + "." + ProcessHandle.current().pid() + ".part");
            try {
                Files.writeString(part, text);
                Files.move(part, place, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be written", e);
        }
    }

    private static void writeInto(Path file, String text) {
        try (Writer writer = new OutputStreamWriter(new FileOutputStream(file.toFile()), StandardCharsets.UTF_8)) {
            writer.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be written", e);
        }
    }
}
