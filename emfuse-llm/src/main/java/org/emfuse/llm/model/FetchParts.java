package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.emfuse.record.Sha256;

/**
 * What fetches work on, beside the files to come: {@code .NAME.HASH.KIND}, where the hash is that of the source's name. The
 * next fetch from a source so finds what the last one left.
 */
final class FetchParts {

    private FetchParts() {}

    /**
     * A place to work in.
     *
     * @param folder where the file is to lie
     * @param kind {@code part} for what has come so far
     */
    static Path of(Path folder, ModelSource source, String kind) {
        return folder.resolve(prefix(source) + kind);
    }

    /** What is there of a source, of every kind. */
    static List<Path> of(Path folder, ModelSource source) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix(source))).toList();
        }
    }

    private static String prefix(ModelSource source) {
        return "." + source.cachePath().getFileName() + "." + Sha256.of(source.name()).substring(0, 8) + ".";
    }
}
