package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/** A temporary file or folder and the process that works in it: both are gone in the end, also with Ctrl-C. */
public final class Remains implements AutoCloseable {

    private final Path folder;
    private final Thread hook = new Thread(this::remove, "remains");
    private volatile @Nullable Process process;

    /** Takes over a file or a folder. */
    public Remains(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A process that works in the folder now. */
    void of(Process working) {
        process = working;
    }

    /** Bytes of a file, or in a folder, at the moment; what comes and goes meanwhile may be counted or not. */
    static long bytes(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    private void remove() {
        try {
            Process working = process;
            if (working != null && working.isAlive()) {
                working.destroy();
                if (!working.waitFor(3, TimeUnit.SECONDS)) {
                    working.destroyForcibly().waitFor(3, TimeUnit.SECONDS);
                }
            }
            CacheFolder.remove(folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            System.getLogger(Remains.class.getName()).log(System.Logger.Level.DEBUG, "left behind: " + folder, e);
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            remove();
        } catch (IllegalStateException e) {
            // The process ends already; the hook does its work.
        }
    }
}
