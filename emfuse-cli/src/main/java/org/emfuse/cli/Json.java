package org.emfuse.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
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
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder == null || !Files.isDirectory(folder)) {
                throw new IllegalArgumentException("the folder of " + file + " does not exist");
            }
            Path part = Files.createTempFile(folder, "." + file.getFileName(), ".part");
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be written", e);
        }
    }
}
