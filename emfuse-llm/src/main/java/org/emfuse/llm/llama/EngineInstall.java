package org.emfuse.llm.llama;

import java.nio.file.Path;
import java.util.Optional;

import org.emfuse.llm.engine.EngineBuild;
import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EngineStore;
import org.emfuse.llm.llama.ffi.LlamaException;

/** Brings builds into a store, and keeps only those that load; what was there before is never touched. */
final class EngineInstall {

    private final EngineStore store;
    private final Trust trust;

    EngineInstall(EngineStore store, Trust trust) {
        this.store = store;
        this.trust = trust;
    }

    /**
     * Fetches a build unless it is here, and tries it.
     *
     * @return what is wrong with it; empty if it loads
     * @throws EngineException if it cannot be fetched
     */
    Optional<String> problemOf(EngineBuild build) {
        boolean here = store.holds(build);
        Path folder = store.install(build);
        Optional<String> problem;
        try {
            problem = trust.problemOf(LlamaEngine.libraryFile(folder));
        } catch (LlamaException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        if (problem.isPresent() && !here) {
            store.remove(build.folder());
        }
        return problem;
    }
}
