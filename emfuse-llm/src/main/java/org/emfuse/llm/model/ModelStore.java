package org.emfuse.llm.model;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.llm.config.Nearest;

/**
 * Turns the name of a model or adapter into a file: a local path; a source ({@code hf:}, {@code pip:}, an address), which
 * is fetched once into the cache; or a name of the catalog, which has sources of its own. What was fetched is checked
 * against its hash before it gets its name, and two processes never fetch the same file at once.
 */
public final class ModelStore {

    private final CacheFolder cache;
    private final ModelCatalog catalog;
    private final FileHashes hashes;
    private final Consumer<String> notices;
    private final Fetch fetch;

    /**
     * A store in a cache folder.
     *
     * @param notices receives a line when something takes long
     */
    public ModelStore(CacheFolder cache, ModelCatalog catalog, Consumer<String> notices) {
        this(cache, catalog, notices, FetchListener.NONE);
    }

    /** As above, with a listener that hears how far fetches are. */
    public ModelStore(CacheFolder cache, ModelCatalog catalog, Consumer<String> notices, FetchListener listener) {
        this(cache, catalog, notices, listener, Network::allowed);
    }

    ModelStore(CacheFolder cache, ModelCatalog catalog, Consumer<String> notices, FetchListener listener,
            BooleanSupplier network) {
        this.cache = cache;
        this.catalog = catalog;
        this.hashes = new FileHashes(cache);
        this.notices = notices;
        this.fetch = new Fetch(cache, hashes, network, notices, listener);
    }

    /** The hashes of files, remembered in the same cache. */
    public FileHashes hashes() {
        return hashes;
    }

    /** Receives a line when something takes long. */
    public Consumer<String> notices() {
        return notices;
    }

    /** The folder that keeps what was fetched. */
    public CacheFolder cache() {
        return cache;
    }

    /** The models that can be fetched by name. */
    public ModelCatalog catalog() {
        return catalog;
    }

    /**
     * The file of a model or adapter.
     *
     * @param name a path, absolute or relative to {@code folder}; a source; or a name of the catalog
     * @param folder what relative paths start from: that of the file that names the model
     * @throws IllegalArgumentException if it is neither a file nor a source nor a known name
     * @throws ModelException if it is known but cannot be fetched; the message lists every source's reason
     */
    public Path resolve(String name, Path folder) {
        Optional<Path> local = local(name, folder).filter(Files::isRegularFile);
        return local.orElseGet(() -> fetch.of(wanted(name, folder)));
    }

    /**
     * The file of a model or adapter if it is here; nothing is fetched.
     *
     * @return empty if it has to be fetched first, or is not what it was when it came
     * @throws IllegalArgumentException if it is neither a file nor a source nor a known name
     */
    public Optional<Path> present(String name, Path folder) {
        Optional<Path> local = local(name, folder).filter(Files::isRegularFile);
        return local.isPresent()
                ? local
                : Optional.of(wanted(name, folder)).filter(wanted -> wanted.isHere(hashes)).map(Wanted::target);
    }

    /** The path that a name is, if it can be one. */
    public static Optional<Path> local(String name, Path folder) {
        try {
            return SourceNames.parse(name).isPresent() ? Optional.empty() : Optional.of(folder.resolve(name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    Wanted wanted(String name, Path folder) {
        Optional<Wanted> source = SourceNames.parse(name).map(found -> Wanted.of(found, cache));
        return source.or(() -> catalog.find(name).map(entry -> Wanted.of(entry, cache)))
                .orElseThrow(() -> new IllegalArgumentException(unknown(name, folder)));
    }

    private String unknown(String name, Path folder) {
        Optional<Path> there = local(name, folder).filter(Files::exists);
        if (there.isPresent()) {
            return there.get() + (Files.isDirectory(there.get()) ? " is a folder" : " is no ordinary file")
                    + "; expected a GGUF file";
        }
        boolean path = name.contains("/") || name.toLowerCase(Locale.ROOT).endsWith(".gguf");
        return (path
                ? "the model file " + local(name, folder).map(Path::toString).orElse(name) + " does not exist"
                : "there is no file and no model named '" + name
                        + "'" + Nearest.hint(name, catalog.names()))
                + (path ? ". " : " ") + "Known models: "
                + String.join(", ", catalog.names()) + "; a path to a GGUF file works as well, and so do "
                + SourceNames.FORMS + ".";
    }
}
