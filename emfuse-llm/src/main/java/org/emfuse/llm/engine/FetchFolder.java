package org.emfuse.llm.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.emfuse.llm.model.CacheFolder;
import org.jspecify.annotations.Nullable;

/** A temporary folder to fetch into, with the client that fills it. Nothing is left of either, also after Ctrl-C. */
final class FetchFolder implements AutoCloseable {

    /** How the names of these folders begin. */
    static final String PREFIX = ".fetch";

    private static final int REMOVALS = 50;

    private final Path path;
    private final Thread hook = new Thread(this::abandon, "fetch-folder");
    private volatile @Nullable Process client;

    /** Makes a folder in another one. */
    FetchFolder(Path parent) throws IOException {
        path = Files.createTempDirectory(parent, PREFIX);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Path path() {
        return path;
    }

    /** How a client ended, and what it printed. */
    record Outcome(int code, List<String> lines) {

        /** The first lines of what it complained about, with a colon and a line break before them. */
        String complaint() {
            String said = lines.stream().filter(line -> !line.contains(".log") && !line.contains("complete log"))
                    .limit(4)
                    .collect(Collectors.joining("\n  "));
            return said.isEmpty() ? "" : ":\n  " + said;
        }
    }

    /**
     * Runs a program in the folder.
     *
     * @throws NpmClient.MissingException if it cannot be started
     * @throws IOException if it does not end in time
     */
    Outcome run(List<String> command, long seconds) throws IOException {
        Path log = path.resolve("client.log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(path.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("npm_config_update_notifier", "false");
        Process process = NpmClient.start(builder);
        client = process;
        process.getOutputStream().close();
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IOException("'" + String.join(" ", command) + "' did not end in " + seconds + " seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("'" + String.join(" ", command) + "' was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        return new Outcome(process.exitValue(), Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> !line.isBlank()).toList());
    }

    /** The process ends: whatever writes into the folder fails from now on. */
    private void abandon() {
        Process running = client;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
        for (int k = 0; k < REMOVALS && Files.exists(path); k++) {
            try {
                CacheFolder.remove(path);
            } catch (IOException e) {
                Thread.onSpinWait(); // something was still written: once more
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the process ends already; the hook does its work
        }
        CacheFolder.remove(path);
    }
}
