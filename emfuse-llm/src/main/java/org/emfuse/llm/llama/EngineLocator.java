package org.emfuse.llm.llama;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.emfuse.llm.engine.EngineBuild;
import org.emfuse.llm.engine.EngineCatalog;
import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EngineMemory;
import org.emfuse.llm.engine.EngineSelection;
import org.emfuse.llm.engine.EngineStore;
import org.emfuse.llm.engine.NpmClient;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.Network;
import org.jspecify.annotations.Nullable;

/**
 * Finds the build of llama.cpp to use: the option, else the property {@value #PROPERTY}, else the environment variable
 * {@value #VARIABLE}, else the remembered choice, else a build in the cache, else the usual newer build, which is fetched
 * once; else the embedded one.
 */
public final class EngineLocator {

    /** The system property that names a build. */
    public static final String PROPERTY = "emfuse.llama.library";

    /** The environment variable that names a build. */
    public static final String VARIABLE = "EMFUSE_LLAMA_LIBRARY";

    private final CacheFolder cache;
    private final Trust trust;
    private final Consumer<String> notices;
    private final EngineStore store;
    private final EngineMemory memory;
    private final EngineCatalog catalog;

    /**
     * A locator.
     *
     * @param notices receives a line where an engine is fetched, or another one is used than was asked for
     */
    public EngineLocator(CacheFolder cache, Trust trust, Consumer<String> notices) {
        this(cache, trust, notices, EngineCatalog.ofMachine());
    }

    /** A locator that knows other builds. */
    EngineLocator(CacheFolder cache, Trust trust, Consumer<String> notices, EngineCatalog catalog) {
        this.cache = cache;
        this.trust = trust;
        this.notices = notices;
        this.store = new EngineStore(cache);
        this.memory = new EngineMemory(cache);
        this.catalog = catalog;
    }

    /** Which engine would be used; nothing is fetched or loaded. */
    public EngineSelection selection(@Nullable String option) {
        return EngineSelection.of(option, System.getProperty(PROPERTY), System.getenv(VARIABLE), memory, store,
                catalog);
    }

    /**
     * Loads the build. One that does not load on this machine is replaced by the embedded one, with a notice.
     *
     * @param option {@link LlamaEngine#EMBEDDED}, the name of a build, a path, or null where the user said nothing
     * @throws LlamaException if a named path holds no engine, or the embedded one does not load either
     * @throws EngineException if a build that was asked for cannot be fetched
     */
    public LlamaEngine locate(@Nullable String option) {
        EngineSelection selection = selection(option);
        Optional<LlamaEngine> engine = switch (selection.target()) {
            case EngineSelection.Embedded _ -> Optional.empty();
            case EngineSelection.Files files when selection.reason() == EngineSelection.Reason.CHOICE
                    && !Files.exists(files.path()) ->
                vanished(files.path());
            case EngineSelection.Files files -> load(files.path());
            case EngineSelection.Build build -> selection.asked()
                    ? load(fetched(build.build()))
                    : fetchedIfPossible(build.build(), selection.reason()).flatMap(this::load);
        };
        return engine.orElseGet(this::embedded);
    }

    private Optional<LlamaEngine> vanished(Path path) {
        notices.accept("the engine " + path + ", which 'emfuse engine use' chose, does not exist any more; using the"
                + " embedded one. To forget the choice: ./emfuse engine use auto");
        return Optional.empty();
    }

    private Optional<LlamaEngine> load(Path path) {
        Path library = LlamaEngine.libraryFile(path);
        Optional<String> problem = trust.problemOf(library);
        if (problem.isEmpty()) {
            return Optional.of(LlamaEngine.load(library));
        }
        notices.accept("the engine " + library + " does not load here (" + problem.get()
                + "); using the embedded one");
        return Optional.empty();
    }

    private LlamaEngine embedded() {
        Path embedded = LlamaEngine.unpackEmbedded(cache.root());
        Optional<String> problem = trust.problemOf(embedded);
        if (problem.isPresent()) {
            throw new LlamaException("the embedded engine does not load on this machine: " + problem.get()
                    + "\nName a build of llama.cpp with --engine PATH.", null);
        }
        return LlamaEngine.embedded(cache.root());
    }

    private Path fetched(EngineBuild build) {
        if (!store.holds(build) && Network.allowed()) {
            notices.accept("installing the engine " + build.name() + " (" + size(build) + ") with npm, once");
        }
        return store.install(build);
    }

    /** The folder of a build that nobody asked for in so many words; without one the embedded engine does as well. */
    private Optional<Path> fetchedIfPossible(EngineBuild build, EngineSelection.Reason reason) {
        if (store.holds(build)) {
            return Optional.of(store.folderOf(build));
        }
        Optional<String> obstacle = Network.allowed()
                ? memory.recentFailure(Instant.now())
                : Optional.of(Network.VARIABLE + " is set");
        if (obstacle.isEmpty()) {
            obstacle = fetch(build);
            if (obstacle.isEmpty()) {
                memory.succeeded();
                return Optional.of(store.folderOf(build));
            }
            memory.failed(Instant.now(), obstacle.get());
        }
        notices.accept("using the embedded engine (llama.cpp " + LlamaEngine.EMBEDDED_VERSION + "), because "
                + obstacle.get() + ". For the faster one (" + size(build) + "): ./emfuse engine "
                + (reason == EngineSelection.Reason.CHOICE ? "use " + build.name() : "install"));
        return Optional.empty();
    }

    /** Fetches a build and tries it; what went wrong in one line, empty if nothing did. */
    private Optional<String> fetch(EngineBuild build) {
        try {
            NpmClient.version();
            notices.accept("installing the faster engine (" + size(build) + ") with npm, once; --engine embedded or"
                    + " 'emfuse engine use embedded' refuses");
            Path folder = store.install(build);
            Optional<String> problem = trust.problemOf(LlamaEngine.libraryFile(folder));
            if (problem.isEmpty()) {
                return problem;
            }
            store.remove(build.folder());
            return Optional.of("the faster one does not load here (" + oneLine(problem.get()) + ")");
        } catch (NpmClient.MissingException e) {
            return Optional.of("npm, which fetches the faster one, was not found");
        } catch (IOException | RuntimeException e) {
            return Optional.of("the faster one could not be fetched (" + oneLine(String.valueOf(e.getMessage())) + ")");
        }
    }

    private static String oneLine(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining(" "));
    }

    private static String size(EngineBuild build) {
        return String.format(Locale.ROOT, "llama.cpp %s, %.0f MB", build.version(), build.bytes() / 1e6);
    }
}
