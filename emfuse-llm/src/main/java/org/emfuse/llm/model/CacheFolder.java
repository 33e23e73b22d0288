package org.emfuse.llm.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The folder that keeps what can be had again or be missed: models, unpacked engines, hashes of files, which files were
 * found to load, and lines typed in chats.
 *
 * @param root the folder; created when something is first put there
 */
public record CacheFolder(Path root) {

    /** The environment variable that names the folder. */
    public static final String VARIABLE = "EMFUSE_HOME";

    /** {@value #VARIABLE}, else {@code emfuse} in the XDG cache folder, else {@code ~/.cache/emfuse}. */
    public static CacheFolder ofUser() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static CacheFolder of(Map<String, String> environment, Path userHome) {
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isBlank()) {
            return new CacheFolder(Path.of(named).toAbsolutePath());
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path caches = xdg.isBlank() ? userHome.resolve(".cache") : Path.of(xdg);
        return new CacheFolder(caches.resolve("emfuse").toAbsolutePath());
    }

    /** Writes a small file whole or not at all; its folder is made if it is not there. */
    public static void write(Path file, String text) throws IOException {
        Path folder = Objects.requireNonNull(file.getParent());
        Files.createDirectories(folder);
        Path part = Files.createTempFile(folder, "." + file.getFileName(), ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Removes a folder and all that is in it; links are not followed, and what vanishes meanwhile is no error. */
    public static void remove(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Downloaded models. */
    public Path models() {
        return root.resolve("models");
    }

    /** Builds of llama.cpp. */
    public Path engines() {
        return root.resolve("engines");
    }

    /** Adapters that were converted. */
    public Path adapters() {
        return root.resolve("adapters");
    }

    /** Paths of the experts files that were used with what is here. */
    public Path experts() {
        return root.resolve("experts");
    }

    /** One empty file per thing that only one process at a time may make. */
    Path locks() {
        return root.resolve("locks");
    }

    /** Lines that were typed in chats. */
    public Path chat() {
        return root.resolve("chat");
    }

    /** Remembered hashes of files. */
    Path hashes() {
        return root.resolve("hashes");
    }

    /** What was measured on this machine. */
    public Path calibrations() {
        return root.resolve("calibrations");
    }

    /** One file per engine, model and adapters that were found to load. */
    public Path trusted() {
        return root.resolve("trusted");
    }
}
