package org.emfuse.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertSet;
import org.emfuse.llm.gguf.GgufFacts;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.model.ModelStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the headers of all files of an experts file tell. */
@Command(name = "inspect", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Shows what the headers of all models and adapters of an experts file say. Fetches what is not here.", ""})
final class ExpertsInspectCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "An experts file.")
    @Nullable
    private Path path;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = ExpertsFile.read(Objects.requireNonNull(path));
        ModelStore store = Workplace.store(output);
        Map<String, Object> all = new LinkedHashMap<>();
        ExpertSet.fetch(file, store).forEach((name, place) -> {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("file", place.toString());
            facts.putAll(GgufFacts.of(GgufFile.read(place)));
            facts.put("sha256", store.hashes().of(place));
            all.put(name, facts);
            if (!output.jsonOnly()) {
                output.out().println(name);
                output.out().println(FactsText.of(facts).indent(2));
            }
        });
        output.out().flush();
        output.writeJson(Map.of("files", all));
        return 0;
    }
}
