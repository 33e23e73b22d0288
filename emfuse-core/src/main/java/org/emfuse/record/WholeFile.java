package org.emfuse.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Files that a reader finds as they were or new and whole, never half-written: content goes to a file beside the place, then is
 * moved there. One process at a time writes a file; what a killed one left beside it is overwritten by the next.
 */
public final class WholeFile {

    /** What puts the content where it is told to. */
    @FunctionalInterface
    public interface Content {

        /** Writes all of it. */
        void write(Path part) throws IOException;
    }

    private WholeFile() {}

    /**
     * Writes a file; one of that name is replaced.
     *
     * @throws UncheckedIOException if it cannot be written; then, and where the content throws, nothing is left beside it
     */
    public static void write(Path file, Content content) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try {
                content.write(part);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be written", e);
        }
    }

    /** The same of a text, in UTF-8. */
    public static void write(Path file, String text) {
        write(file, part -> Files.writeString(part, text));
    }

    /** The same of bytes. */
    public static void write(Path file, byte[] bytes) {
        write(file, part -> Files.write(part, bytes));
    }
}
