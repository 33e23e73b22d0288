package org.emfuse.llm.engine;

import java.nio.file.Path;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * Which engine is meant.
 *
 * @param reason what decided
 * @param words the reason in words, to follow the engine's name
 * @param name what the engine was called there
 * @param target the engine
 */
public record EngineSelection(Reason reason, String words, String name, Target target) {

    /** What decided, the strongest first. */
    public enum Reason {
        /** The command line. */
        OPTION,
        /** A property of the Java platform. */
        PROPERTY,
        /** The environment. */
        VARIABLE,
        /** The configuration file. */
        CONFIGURATION,
        /** What {@code engine use} remembered. */
        CHOICE,
        /** A build in the cache, nothing else said. */
        CACHE,
        /** Nothing said, and nothing in the cache. */
        NOTHING
    }

    /** An engine, as it was named. */
    public sealed interface Target {}

    /** The one that comes with the program. */
    public record Embedded() implements Target {}

    /**
     * A library or the folder of one.
     *
     * @param path may not exist
     */
    public record Files(Path path) implements Target {}

    /** A known build, which may have to be fetched. */
    public record Build(EngineBuild build) implements Target {}

    /** Whether the user asked for the engine in this command's surroundings. */
    public boolean asked() {
        return reason.compareTo(Reason.CHOICE) < 0;
    }

    /**
     * What the sources say, in order.
     *
     * @param request of the command
     * @param property of the Java platform
     * @param variable of the environment
     */
    public static EngineSelection of(EngineRequest request, @Nullable String property, @Nullable String variable,
            EngineMemory memory, EngineStore store, EngineCatalog catalog) {
        String[] named = {request.option(), property, variable, request.configured(), memory.choice().orElse(null)};
        String[] words = {"named on the command line", "chosen by the system property " + EngineRequest.PROPERTY,
            "chosen by the environment variable " + EngineRequest.VARIABLE,
            "chosen in the configuration file " + request.file(), "chosen with 'engine use'"};
        for (int k = 0; k < named.length; k++) {
            String name = named[k];
            if (name != null && !name.isBlank()) {
                return new EngineSelection(Reason.values()[k], words[k], name, target(name, store, catalog));
            }
        }
        return unsaid(store, catalog);
    }

    /** The engine of a name: embedded, a known build, a folder in the cache, a path. */
    static Target target(String name, EngineStore store, EngineCatalog catalog) {
        if (name.equals(EngineNames.EMBEDDED)) {
            return new Embedded();
        }
        return catalog.find(name).<Target>map(Build::new)
                .orElseGet(() -> new Files(store.find(name).orElse(Path.of(name))));
    }

    /** The usual build if it is here, else what the user put into the cache, else the usual build. */
    private static EngineSelection unsaid(EngineStore store, EngineCatalog catalog) {
        for (EngineBuild usual : catalog.usual().stream().toList()) {
            if (store.holds(usual)) {
                return cached(usual.name(), new Build(usual));
            }
        }
        // Builds for GPUs run only where they were asked for.
        return store.folders().stream()
                .filter(folder -> catalog.find(folder.getFileName().toString()).isEmpty())
                .max(Comparator.comparingLong(folder -> folder.toFile().lastModified()))
                .map(folder -> cached(folder.getFileName().toString(), new Files(folder)))
                .orElseGet(() -> new EngineSelection(Reason.NOTHING, "nothing else was chosen",
                        catalog.usual().map(EngineBuild::name).orElse(EngineNames.EMBEDDED),
                        catalog.usual().<Target>map(Build::new).orElseGet(Embedded::new)));
    }

    private static EngineSelection cached(String name, Target target) {
        return new EngineSelection(Reason.CACHE, "it is in the cache", name, target);
    }
}
