package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import org.emfuse.llm.bench.MachineFacts;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose speed is measured, with which engines. */
final class BenchOptions {

    @Option(names = "--experts", paramLabel = "FILE.yaml", description = "The experts file. Default: the demonstration's.")
    @Nullable
    private Path file;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Option(names = "--compare", paramLabel = "ENGINE", split = ",", description = "Further engines to measure, one after the other.")
    private List<String> others = new ArrayList<>();

    /** The experts file, read. */
    ExpertsFile file() {
        return ExpertsFile.read(file == null ? Demonstration.expertsFile() : file);
    }

    /**
     * Measures with every engine.
     *
     * @param measure gives the results of one engine's experts
     * @return the results, and what they belong to
     */
    Map<String, Object> run(String command, OutputOptions output, Map<String, Object> configuration,
            BiFunction<Workplace, ExpertSet, List<Map<String, Object>>> measure) {
        ExpertsFile experts = file();
        List<Map<String, Object>> runs = new ArrayList<>();
        Map<String, Object> records = new LinkedHashMap<>();
        // All engines are there before anything is measured: a wrong name would cost the measurements before it.
        List<Workplace> workplaces = new ArrayList<>(List.of(new Workplace(engine, output)));
        others.forEach(name -> workplaces.add(new Workplace(engine.withEngine(name), output)));
        for (Workplace workplace : workplaces) {
            try (ExpertSet set = workplace.open(experts, null)) {
                String version = workplace.engine().version();
                measure.apply(workplace, set).forEach(run -> {
                    Map<String, Object> named = new LinkedHashMap<>(Map.of("engine", version));
                    named.putAll(run);
                    runs.add(named);
                });
                records.put(version, workplace.record(command, output.arguments(), 0, configuration,
                        workplace.inputs(experts, set)));
            }
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("runs", runs);
        result.put("peak_resident_mib", MachineFacts.peakResidentMib());
        result.put("heap_limit_mib", Runtime.getRuntime().maxMemory() >> 20);
        result.put("machine", MachineFacts.now());
        result.put("records", records);
        return result;
    }
}
