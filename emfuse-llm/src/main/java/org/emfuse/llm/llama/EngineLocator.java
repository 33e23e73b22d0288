package org.emfuse.llm.llama;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.emfuse.llm.engine.EngineBuild;
import org.emfuse.llm.engine.EngineCatalog;
import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EngineMemory;
import org.emfuse.llm.engine.EngineNames;
import org.emfuse.llm.engine.EngineRequest;
import org.emfuse.llm.engine.EngineSelection;
import org.emfuse.llm.engine.EngineStore;
import org.emfuse.llm.engine.NpmClient;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.Network;
import org.emfuse.wording.Megabytes;

/**
 * Finds the build of llama.cpp to use: the option, else the property {@value EngineRequest#PROPERTY}, else the environment
 * variable {@value EngineRequest#VARIABLE}, else the configuration file, else the remembered choice, else a build in the
 * cache, else the usual newer build, which is fetched once; else the embedded one.
 */
public final class EngineLocator {

    private final CacheFolder cache;
    private final Trust trust;
    private final Consumer<String> notices;
    private final EngineStore store;
    private final EngineMemory memory;
    private final EngineCatalog catalog;
    private final EngineInstall install;

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
        this.install = new EngineInstall(store, trust);
    }

    /** Which engine would be used; nothing is fetched or loaded. */
    public EngineSelection selection(EngineRequest request) {
        return EngineSelection.of(request, System.getProperty(EngineRequest.PROPERTY),
                System.getenv(EngineRequest.VARIABLE), memory, store, catalog);
    }

    /**
     * Loads the build. One that the command or its surroundings ask for has to load; any other that does not is replaced by
     * the embedded one, with a notice.
     *
     * @throws IllegalArgumentException if a name that was asked for is neither one of an engine nor a path
     * @throws EngineException if a build that was asked for cannot be fetched, or does not load
     * @throws LlamaException if the embedded one does not load
     */
    public LlamaEngine locate(EngineRequest request) {
        EngineSelection selection = selection(request);
        Optional<LlamaEngine> engine = switch (selection.target()) {
            case EngineSelection.Embedded _ -> Optional.empty();
            case EngineSelection.Files files when !Files.exists(files.path()) -> missing(selection);
            case EngineSelection.Files files -> load(files.path(), selection);
            case EngineSelection.Build build when selection.asked() -> fetched(build.build(), selection);
            case EngineSelection.Build build ->
                fetchedIfPossible(build.build(), selection.reason()).flatMap(path -> load(path, selection));
        };
        return engine.orElseGet(this::embedded);
    }

    private Optional<LlamaEngine> missing(EngineSelection selection) {
        if (selection.asked()) {
            throw new EngineNames(store, catalog).unknown(selection);
        }
        notices.accept(
                "the engine " + selection.name() + ", " + selection.words() + ", does not exist any more; using the"
                        + " embedded one. To forget the choice: ./emfuse engine use auto");
        return Optional.empty();
    }

    private Optional<LlamaEngine> load(Path path, EngineSelection selection) {
        try {
            Path library = LlamaEngine.libraryFile(path);
            Optional<String> problem = trust.problemOf(library);
            return problem.isEmpty() ? Optional.of(LlamaEngine.load(library)) : refused(path, selection, problem.get());
        } catch (LlamaException e) {
            return refused(path, selection, String.valueOf(e.getMessage()));
        }
    }

    /** What does not load is an error where it was asked for. */
    private Optional<LlamaEngine> refused(Path path, EngineSelection selection, String problem) {
        String what = "the engine " + path + ", " + selection.words() + ", does not load on this machine";
        String mending = selection.target() instanceof EngineSelection.Build build && store.holds(build.build())
                ? "fetch it anew: ./emfuse engine install " + build.build().name()
                : "";
        if (selection.asked()) {
            throw new EngineException(what + ": " + problem + (mending.isEmpty() ? "" : "\nTo " + mending)
                    + "\nTo go on without it: --engine embedded"
                    + (selection.reason() == EngineSelection.Reason.OPTION ? "" : ", or choose another one there")
                    + ". What there is: ./emfuse engine list", null);
        }
        String forgetting = selection.reason() == EngineSelection.Reason.CHOICE
                ? "forget the choice: ./emfuse engine use auto"
                : "";
        notices.accept(what + " (" + oneLine(problem) + "); using the embedded one" + Stream.of(mending, forgetting)
                .filter(advice -> !advice.isEmpty()).map(advice -> "; to " + advice).collect(Collectors.joining()));
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

    private Optional<LlamaEngine> fetched(EngineBuild build, EngineSelection selection) {
        if (!store.holds(build) && Network.allowed()) {
            notices.accept("installing the engine " + build.name() + " (" + size(build) + ") with npm, once");
        }
        Path folder = store.folderOf(build);
        Optional<String> problem = install.problemOf(build);
        return problem.isEmpty() ? load(folder, selection) : refused(folder, selection, problem.get());
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
            return install.problemOf(build)
                    .map(problem -> "the faster one does not load here (" + oneLine(problem) + ")");
        } catch (NpmClient.MissingException e) {
            return Optional.of("npm, which fetches the faster one, was not found");
        } catch (IOException | RuntimeException e) {
            return Optional.of("the faster one could not be fetched (" + oneLine(String.valueOf(e.getMessage())) + ")");
        }
    }

    static String oneLine(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining(" "));
    }

    private static String size(EngineBuild build) {
        return "llama.cpp " + build.version() + ", " + Megabytes.of(build.bytes());
    }
}
