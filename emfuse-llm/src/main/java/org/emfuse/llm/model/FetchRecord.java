package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * What a file was when it came, kept beside it so that it can be checked later.
 *
 * @param source its name
 * @param bytes its size
 * @param sha256 its hash, in hex
 * @param byName whether somebody asked for the file itself, and not only for an experts file that names it
 */
public record FetchRecord(String source, long bytes, String sha256, boolean byName) {

    private static final String SUFFIX = ".fetched";
    private static final String BY_NAME = "by name";

    private static Path beside(Path file) {
        return file.resolveSibling("." + file.getFileName() + SUFFIX);
    }

    /** The file that a record is beside; empty if the path is no record. */
    static Optional<Path> fileOf(Path record) {
        String name = record.getFileName().toString();
        return name.startsWith(".") && name.endsWith(SUFFIX)
                ? Optional.of(record.resolveSibling(name.substring(1, name.length() - SUFFIX.length())))
                : Optional.empty();
    }

    /** The record of a file; empty if there is none, or one that cannot be read. */
    static Optional<FetchRecord> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(beside(file));
            return Optional.of(new FetchRecord(lines.get(0), Long.parseLong(lines.get(1)), lines.get(2),
                    lines.size() > 3 && lines.get(3).equals(BY_NAME)));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Keeps it beside the file. */
    void write(Path file) throws IOException {
        Files.write(beside(file), List.of(source, Long.toString(bytes), sha256));
        if (byName) {
            keep(file);
        }
    }

    /** Notes that somebody asked for a file itself; nothing where it has no record. */
    static void keep(Path file) throws IOException {
        if (read(file).filter(record -> !record.byName()).isPresent()) {
            Files.write(beside(file), List.of(BY_NAME), StandardOpenOption.APPEND);
        }
    }

    /** Whether a file is as recorded. */
    boolean matches(Path file, FileHashes hashes) {
        try {
            return Files.isRegularFile(file) && Files.size(file) == bytes && hashes.of(file).equals(sha256);
        } catch (IOException e) {
            return false;
        }
    }
}
