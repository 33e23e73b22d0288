package org.emfuse.llm.engine;

import java.nio.file.Path;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * Which engine is meant.
 *
 * @param reason what decided
 * @param target the engine
 */
public record EngineSelection(Reason reason, Target target) {

    /** What decided, the strongest first. */
    public enum Reason {

        /** The option of the command line, or its default in the configuration file. */
        OPTION("--engine"),
        /** A property of the Java platform. */
        PROPERTY("the system property"),
        /** The environment. */
        VARIABLE("the environment"),
        /** What {@code engine use} remembered. */
        CHOICE("'engine use'"),
        /** A build in the cache, nothing else said. */
        CACHE("it is in the cache"),
        /** Nothing said, and nothing in the cache. */
        NOTHING("nothing else was chosen");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** The reason in words. */
        public String words() {
            return words;
        }
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
     * @param option of the command line
     * @param property of the Java platform
     * @param variable of the environment
     */
    public static EngineSelection of(@Nullable String option, @Nullable String property, @Nullable String variable,
            EngineMemory memory, EngineStore store, EngineCatalog catalog) {
        String[] named = {option, property, variable, memory.choice().orElse(null)};
        for (int k = 0; k < named.length; k++) {
            String name = named[k];
            if (name != null && !name.isBlank()) {
                return new EngineSelection(Reason.values()[k], target(name, store, catalog));
            }
        }
        return unsaid(store, catalog);
    }

    /** The engine of a name: embedded, a known build, a folder in the cache, a path. */
    static Target target(String name, EngineStore store, EngineCatalog catalog) {
        if (name.equals("embedded")) {
            return new Embedded();
        }
        return catalog.find(name).<Target>map(Build::new)
                .orElseGet(() -> new Files(store.find(name).orElse(Path.of(name))));
    }

    /** The usual build if it is here, else what the user put into the cache, else the usual build. */
    private static EngineSelection unsaid(EngineStore store, EngineCatalog catalog) {
        for (EngineBuild usual : catalog.usual().stream().toList()) {
            if (store.holds(usual)) {
                return new EngineSelection(Reason.CACHE, new Build(usual));
            }
        }
        // Builds for GPUs run only where they were asked for.
        return store.folders().stream()
                .filter(folder -> catalog.find(folder.getFileName().toString()).isEmpty())
                .max(Comparator.comparingLong(folder -> folder.toFile().lastModified()))
                .map(folder -> new EngineSelection(Reason.CACHE, new Files(folder)))
                .orElseGet(() -> new EngineSelection(Reason.NOTHING,
                        catalog.usual().<Target>map(Build::new).orElseGet(Embedded::new)));
    }
}
