package org.emfuse.llm.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.emfuse.record.Sha256;

/**
 * SHA-256 of large files, remembered with their size and time of change, so that an unchanged file is read once. Where the
 * cache cannot be written, files are read each time.
 */
public final class FileHashes {

    private final Path folder;

    /** Hashes that are remembered in the cache. */
    public FileHashes(CacheFolder cache) {
        this.folder = cache.hashes();
    }

    /**
     * The hash of a file's content, in hex.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public String of(Path file) {
        String state;
        Path memory;
        try {
            state = Files.size(file) + " " + Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
            memory = folder.resolve(Sha256.of(file.toRealPath().toString()).substring(0, 32));
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be read", e);
        }
        return remembered(memory, state).orElseGet(() -> {
            String hash = Sha256.of(file);
            remember(memory, state + "\n" + hash + "\n" + file + "\n");
            return hash;
        });
    }

    private static Optional<String> remembered(Path memory, String state) {
        try {
            List<String> lines = Files.isRegularFile(memory) ? Files.readAllLines(memory) : List.of();
            return lines.size() > 1 && lines.getFirst().equals(state) ? Optional.of(lines.get(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // as good as not remembered
        }
    }

    private static void remember(Path memory, String lines) {
        try {
            CacheFolder.write(memory, lines);
        } catch (IOException e) {
            // The next call reads the file again; that the cache cannot be written is said where it matters.
            System.getLogger(FileHashes.class.getName()).log(System.Logger.Level.DEBUG, "not remembered: " + memory, e);
        }
    }
}
