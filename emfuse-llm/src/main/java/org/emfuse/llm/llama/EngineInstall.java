package org.emfuse.llm.llama;

import java.nio.file.Path;
import java.util.Optional;

import org.emfuse.llm.engine.EngineBuild;
import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EngineStore;
import org.emfuse.llm.llama.ffi.LlamaException;

/** Brings builds into a store, and keeps only those that load. */
final class EngineInstall {

    private final EngineStore store;
    private final Trust trust;

    EngineInstall(EngineStore store, Trust trust) {
        this.store = store;
        this.trust = trust;
    }

    /**
     * Fetches a build unless it is here, and tries it. One that was here before is never touched.
     *
     * @return what is wrong with it; empty if it loads
     * @throws EngineException if it cannot be fetched
     */
    Optional<String> problemOf(EngineBuild build) {
        boolean here = store.holds(build);
        Optional<String> problem = problemIn(store.install(build));
        if (problem.isPresent() && !here) {
            store.remove(build.folder());
        }
        return problem;
    }

    /**
     * Fetches a build in the place of one that does not load, and tries it.
     *
     * @return what is wrong with the new one; empty if it loads
     * @throws EngineException if it cannot be fetched; then the old one stays
     */
    Optional<String> problemOfRenewed(EngineBuild build) {
        Optional<String> problem = problemIn(store.renew(build));
        if (problem.isPresent()) {
            store.remove(build.folder());
        }
        return problem;
    }

    private Optional<String> problemIn(Path folder) {
        try {
            return trust.problemOf(LlamaEngine.libraryFile(folder));
        } catch (LlamaException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
