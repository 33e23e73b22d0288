package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.emfuse.llm.config.Nearest;

/**
 * Turns the name of a model into a file: a local path, else the cache, else the sources of the catalog. What was fetched
 * is checked against its hash before it gets its name, and two processes never fetch the same model at once.
 */
public final class ModelStore {

    private final CacheFolder cache;
    private final ModelCatalog catalog;
    private final FileHashes hashes;
    private final Consumer<String> notices;

    /**
     * A store in a cache folder.
     *
     * @param notices receives a line when something takes long
     */
    public ModelStore(CacheFolder cache, ModelCatalog catalog, Consumer<String> notices) {
        this.cache = cache;
        this.catalog = catalog;
        this.hashes = new FileHashes(cache);
        this.notices = notices;
    }

    /** The hashes of files, remembered in the same cache. */
    public FileHashes hashes() {
        return hashes;
    }

    /**
     * The file of a model.
     *
     * @param name a path, absolute or relative to {@code folder}, or a name of the catalog
     * @param folder what relative paths start from: that of the file that names the model
     * @throws IllegalArgumentException if it is neither a file nor a known name
     * @throws ModelException if it is known but cannot be fetched; the message lists every source's reason
     */
    public Path resolve(String name, Path folder) {
        Path local = folder.resolve(name);
        if (Files.isRegularFile(local)) {
            return local;
        }
        CatalogEntry entry = catalog.find(name).orElseThrow(() -> new IllegalArgumentException(unknown(name, local)));
        Path target = cache.models().resolve(entry.file());
        if (sound(target, entry)) {
            return target;
        }
        try {
            Files.createDirectories(cache.models());
            try (FileChannel channel = FileChannel.open(cache.models().resolve("." + entry.file() + ".lock"),
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
                if (!lock.isValid() || !sound(target, entry)) {
                    fetch(entry, target);
                }
            }
            return target;
        } catch (IOException e) {
            throw new ModelException("the model " + name + " could not be put into " + cache.models() + ": "
                    + e.getMessage() + ". Set " + CacheFolder.VARIABLE + " to a folder with room.", e);
        }
    }

    private String unknown(String name, Path local) {
        boolean path = name.contains("/") || name.toLowerCase(Locale.ROOT).endsWith(".gguf");
        return (path
                ? "the model file " + local + " does not exist"
                : "there is no file and no model named '" + name
                        + "'" + Nearest.hint(name, catalog.names()))
                + (path ? ". " : " ") + "Known models: "
                + String.join(", ", catalog.names()) + "; a path to a GGUF file works as well.";
    }

    private boolean sound(Path file, CatalogEntry entry) {
        try {
            return Files.isRegularFile(file) && Files.size(file) == entry.bytes()
                    && hashes.of(file).equals(entry.sha256());
        } catch (IOException e) {
            return false;
        }
    }

    private void fetch(CatalogEntry entry, Path target) throws IOException {
        StringBuilder reasons = new StringBuilder();
        for (ModelSource source : entry.sources()) {
            notices.accept(String.format(Locale.ROOT, "fetching %s (%.0f MB, licence %s) from %s, once", entry.name(),
                    entry.bytes() / 1e6, entry.licence(), source.description()));
            Path folder = Files.createTempDirectory(cache.models(), ".fetch");
            try {
                Path file = source.fetch(folder);
                String hash = hashes.of(file);
                if (hash.equals(entry.sha256())) {
                    Files.move(file, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                    return;
                }
                reasons.append("\n  ").append(source.description()).append(": the file has SHA-256 ").append(hash)
                        .append(", expected ").append(entry.sha256());
            } catch (IOException e) {
                reasons.append("\n  ").append(source.description()).append(": ").append(e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ModelException("fetching " + entry.name() + " was interrupted", e);
            } finally {
                remove(folder);
            }
        }
        throw new ModelException("the model " + entry.name() + " could not be fetched:" + reasons
                + "\nIf you have the file, name it by its path or put it at " + target, null);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        }
    }
}
