package org.emfuse.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Places of results, looked at before anything is computed. */
final class OutputPlace {

    private OutputPlace() {}

    /**
     * Refuses what cannot be written: neither a file nor a pipe or a device.
     *
     * @throws IllegalArgumentException if its folder does not exist or cannot be written, or it is a folder itself
     */
    static void require(Path file) {
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
