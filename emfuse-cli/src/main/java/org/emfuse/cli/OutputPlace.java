package org.emfuse.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Places of results, looked at before anything is computed. */
final class OutputPlace {

    /** File systems allow 255; results on their way have longer names than at their end. */
    private static final int NAME_BYTES = 230;

    private static final int MOST_LINKS = 40;

    private OutputPlace() {}

    /**
     * Refuses what cannot be written: neither a file nor a pipe or a device.
     *
     * @throws IllegalArgumentException if its folder does not exist or cannot be written, it is a folder itself, or its name is
     *         empty, "-" or too long
     */
    static void require(Path file) {
        requireName(file);
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("the folder of the output " + file + " does not exist");
        }
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException("the output " + file + " is a folder; expected a file");
        }
        if (special(file) && !Files.isWritable(file)) {
            throw new IllegalArgumentException("the output " + file + " cannot be written");
        }
        if (!special(file) && !Files.isWritable(folder)) {
            throw new IllegalArgumentException("the folder of the output " + file + " cannot be written");
        }
    }

    private static void requireName(Path file) {
        if (file.toString().isEmpty()) {
            throw new IllegalArgumentException("expected a file for the output, found an empty name");
        }
        if (file.toString().equals("-")) {
            throw new IllegalArgumentException("expected a file for the output, found '-': only --json takes it, for"
                    + " standard output (a file of that name is ./-)");
        }
        int bytes = file.getFileName() == null ? 0 : file.getFileName().toString().getBytes(UTF_8).length;
        if (bytes > NAME_BYTES) {
            throw new IllegalArgumentException("the name of the output has " + bytes + " bytes; expected at most "
                    + NAME_BYTES);
        }
    }

    /** Where a link leads, so that the file behind it is replaced and not the link; any other path as it is. */
    static Path behindLinks(Path file) throws IOException {
        Path place = file;
        for (int links = 0; links < MOST_LINKS && Files.isSymbolicLink(place); links++) {
            place = place.resolveSibling(Files.readSymbolicLink(place));
        }
        return place;
    }

    /** As {@link #require}, and refuses pipes and devices: nothing can be moved in their place. */
    static void requireOrdinary(Path file) {
        require(file);
        if (special(file)) {
            throw new IllegalArgumentException(
                    "the output " + file + " is no ordinary file; expected a file or a new name");
        }
    }

    /** As {@link #require}, and refuses what exists. */
    static void requireNew(Path file) {
        if (Files.exists(file)) {
            throw new IllegalArgumentException("the output " + file + " already exists; remove it or name another");
        }
        require(file);
    }

    /** Whether a path is neither a file nor a folder nor nothing. */
    static boolean device(Path file) {
        return special(file) && !Files.isDirectory(file);
    }

    /** Whether a path is something other than a file or nothing: a pipe, a device. */
    static boolean special(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }
}
