package org.emfuse.llm.llama;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.model.CacheFolder;
import org.jspecify.annotations.Nullable;

/**
 * Finds the build of llama.cpp to use: the option, else the property {@value #PROPERTY}, else the environment variable
 * {@value #VARIABLE}, else the newest build in the cache, else the embedded one.
 */
public final class EngineLocator {

    /** The system property that names a build. */
    public static final String PROPERTY = "emfuse.llama.library";

    /** The environment variable that names a build. */
    public static final String VARIABLE = "EMFUSE_LLAMA_LIBRARY";

    private final CacheFolder cache;
    private final Trust trust;
    private final Consumer<String> notices;

    /**
     * A locator.
     *
     * @param notices receives a line where another build is used than was asked for
     */
    public EngineLocator(CacheFolder cache, Trust trust, Consumer<String> notices) {
        this.cache = cache;
        this.trust = trust;
        this.notices = notices;
    }

    /**
     * Loads the build. One that exists but does not load on this machine is replaced by the embedded one, with a notice.
     *
     * @param option {@link LlamaEngine#EMBEDDED}, a path, or null where the user said nothing
     * @throws LlamaException if a named path holds no engine, or the embedded one does not load either
     */
    public LlamaEngine locate(@Nullable String option) {
        Optional<Path> named = named(option, System.getProperty(PROPERTY), System.getenv(VARIABLE));
        if (named.isPresent()) {
            Path library = LlamaEngine.libraryFile(named.get());
            Optional<String> problem = trust.problemOf(library);
            if (problem.isEmpty()) {
                return LlamaEngine.load(library);
            }
            notices.accept("the engine " + library + " does not load here (" + problem.get()
                    + "); using the embedded one");
        }
        Path embedded = LlamaEngine.unpackEmbedded(cache.root());
        Optional<String> problem = trust.problemOf(embedded);
        if (problem.isPresent()) {
            throw new LlamaException("the embedded engine does not load on this machine: " + problem.get()
                    + "\nName a build of llama.cpp with --engine PATH.", null);
        }
        return LlamaEngine.embedded(cache.root());
    }

    private Optional<Path> named(@Nullable String option, @Nullable String property, @Nullable String variable) {
        for (String name : new String[]{option, property, variable}) {
            if (name != null && !name.isBlank()) {
                return name.equals(LlamaEngine.EMBEDDED) ? Optional.empty() : Optional.of(Path.of(name));
            }
        }
        return newestInCache();
    }

    private Optional<Path> newestInCache() {
        if (!Files.isDirectory(cache.engines())) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(cache.engines())) {
            return folders
                    .filter(folder -> Files.isDirectory(folder)
                            && !folder.getFileName().toString().equals(LlamaEngine.EMBEDDED))
                    .filter(LlamaEngine::isEngine)
                    .max(Comparator.comparingLong(folder -> folder.toFile().lastModified()));
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + cache.engines() + " could not be read", e);
        }
    }
}
