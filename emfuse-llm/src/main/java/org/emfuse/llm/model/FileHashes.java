package org.emfuse.llm.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.emfuse.record.Sha256;

/** SHA-256 of large files, remembered with their size and time of change, so that an unchanged file is read once. */
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
        try {
            String state = Files.size(file) + " " + Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
            Path memory = folder.resolve(Sha256.of(file.toRealPath().toString()).substring(0, 32));
            if (Files.isRegularFile(memory)) {
                List<String> lines = Files.readAllLines(memory);
                if (lines.size() > 1 && lines.get(0).equals(state)) {
                    return lines.get(1);
                }
            }
            String hash = Sha256.of(file);
            CacheFolder.write(memory, state + "\n" + hash + "\n" + file + "\n");
            return hash;
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be read", e);
        }
    }
}
