package org.emfuse.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.emfuse.energy.Boltzmann;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertSet;
import org.emfuse.llm.llama.EngineLocator;
import org.emfuse.llm.llama.LlamaEngine;
import org.emfuse.llm.llama.Trust;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.emfuse.llm.model.ModelCatalog;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.record.RunRecord;
import org.jspecify.annotations.Nullable;

/** The cache, the engine and the model store of one run. */
final class Workplace {

    private final ModelStore store;
    private final Trust trust;
    private final LlamaEngine engine;

    /**
     * Finds the engine.
     *
     * @param option of the command line, null if none was given
     */
    Workplace(@Nullable String option, OutputOptions output) {
        store = store(output);
        CacheFolder cache = store.cache();
        trust = new Trust(cache, store.hashes(), output::notice);
        engine = new EngineLocator(cache, trust, output::notice).locate(option);
    }

    /** The models alone, for commands that evaluate none. */
    static ModelStore store(OutputOptions output) {
        CacheFolder cache = CacheFolder.ofUser();
        return new ModelStore(cache, ModelCatalog.of(cache), output::notice, new FetchProgress(output));
    }

    /** Loads the experts of a file. */
    ExpertSet open(ExpertsFile file, @Nullable String only) {
        return ExpertSet.open(file, engine, store, trust, Optional.ofNullable(only));
    }

    FileHashes hashes() {
        return store.hashes();
    }

    LlamaEngine engine() {
        return engine;
    }

    /** Program, platform, engine and kernel, for run records. */
    Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("emfuse", EmfuseCommand.Version.ofProgram());
        versions.put("java", Runtime.version().toString());
        versions.put("engine", engine.description());
        versions.put("kernel", Boltzmann.kernel());
        return versions;
    }

    /** The record of a run that starts now. */
    RunRecord record(String command, List<String> arguments, long seed, Map<String, Object> configuration,
            Map<String, String> inputs) {
        return new RunRecord(command, arguments, seed, configuration, versions(), inputs,
                Runtime.getRuntime().availableProcessors(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** Hashes of the experts file and all files that it names. */
    Map<String, String> inputs(ExpertsFile file, ExpertSet set) {
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put(file.path().toString(), hashes().of(file.path()));
        for (Map.Entry<String, Path> entry : new TreeMap<>(set.files()).entrySet()) {
            inputs.put(entry.getKey(), hashes().of(entry.getValue()));
        }
        return inputs;
    }
}
