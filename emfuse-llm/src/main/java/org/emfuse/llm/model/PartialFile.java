package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What has come of a file so far, and which version of it that is: a second file beside it, {@code .tag}, holds what the
 * server called the version.
 */
final class PartialFile {

    /** What a server calls the version (empty if nothing), its length (-1 if not told), its hash (empty likewise). */
    private static final int LINES = 3;

    private final Path file;
    private final Path tag;

    /** The part at a path; it need not exist. */
    PartialFile(Path file) {
        this.file = file;
        this.tag = file.resolveSibling(file.getFileName() + ".tag");
    }

    Path path() {
        return file;
    }

    /** Bytes that are here, 0 if there are none. */
    long size() throws IOException {
        return Files.isRegularFile(file) ? Files.size(file) : 0;
    }

    /** The version that the bytes are of: the three lines that {@link #begin} was given; none if there are no bytes. */
    List<String> version() throws IOException {
        List<String> lines = size() > 0 && Files.isRegularFile(tag) ? Files.readAllLines(tag) : List.of();
        return lines.size() == LINES ? lines : List.of();
    }

    /** Starts anew with a version. */
    void begin(List<String> version) throws IOException {
        discard();
        // First the version, so that no bytes are ever taken for those of another one.
        Files.write(tag, version);
    }

    /** A channel that writes behind what is here. */
    FileChannel append() throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Removes both files. */
    void discard() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(tag);
    }

    /** The whole file has come: only it is left. */
    void finish() throws IOException {
        Files.deleteIfExists(tag);
    }
}
