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
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.EvaluationPlan;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.Calibration;
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
    private final OutputOptions output;
    private final Calibration calibration;
    private final Optional<EvaluationPlan> asked;
    private Optional<EvaluationPlan> plan = Optional.empty();
    private int experts = 1;

    /** Finds the engine. */
    Workplace(EngineOptions options, OutputOptions output) {
        this.output = output;
        asked = options.plan();
        store = store(output);
        CacheFolder cache = store.cache();
        trust = new Trust(cache, store.hashes(), output::notice);
        engine = new EngineLocator(cache, trust, output::notice).locate(options.request(output));
        calibration = new Calibration(cache, store.hashes(), Runtime.getRuntime().availableProcessors(),
                output::notice);
        output.detail("engine: " + engine.description() + "; " + engine.path());
    }

    /** The models alone, for commands that evaluate none. */
    static ModelStore store(OutputOptions output) {
        CacheFolder cache = CacheFolder.ofUser();
        return new ModelStore(cache, ModelCatalog.of(cache), output::notice, new FetchProgress(output));
    }

    /** Loads the experts of a file, and finds out how they best share the processor. */
    ExpertSet open(ExpertsFile file, @Nullable String only) {
        output.files().reading(ExpertSet.local(file)).requireApart();
        ExpertSet set = ExpertSet.open(file, engine, store, trust, Optional.ofNullable(only));
        try {
            output.files().reading(set.files()).requireApart();
            plan = Optional.of(asked.map(each -> possible(each, set)).orElseGet(() -> calibration.planOf(set)));
            experts = set.experts().size();
            output.detail("evaluation: " + evaluation() + "; kernel: " + Boltzmann.kernel());
            set.files().forEach((name, path) -> output.detail("file: " + name + " = " + path));
            return set;
        } catch (RuntimeException e) {
            set.close();
            throw e;
        }
    }

    /** What was loaded, and what else of this machine the experts file names, by the names there. */
    static Map<String, Path> read(ExpertsFile file, ExpertSet set) {
        Map<String, Path> read = new LinkedHashMap<>(set.files());
        ExpertSet.local(file).forEach(read::putIfAbsent);
        return read;
    }

    /** Some engines cannot evaluate several experts at once. */
    private EvaluationPlan possible(EvaluationPlan wish, ExpertSet set) {
        return set.concurrent() ? wish : new EvaluationPlan(EvaluationPlan.Order.IN_TURN, wish.threads());
    }

    /** The size of a context of the opened experts, evaluated as is best here. */
    ContextSize size(int sequences, int tokens) {
        ContextSize size = ContextSize.of(Math.min(sequences, engine.maxSequences()), tokens);
        return plan.map(size::withPlan).orElse(size);
    }

    private String evaluation() {
        return plan.map(each -> each.description(experts)).orElse("");
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
        versions.put("evaluation", evaluation());
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
