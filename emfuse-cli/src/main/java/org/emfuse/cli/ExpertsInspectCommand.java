package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertSet;
import org.emfuse.llm.gguf.GgufFacts;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.model.ModelStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the headers of all files of an experts file tell. */
@Command(name = "inspect", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Shows what the headers of all models and adapters of an experts file say. Fetches what is not here.", ""})
final class ExpertsInspectCommand implements Callable<Integer> {

    @Mixin
    private ExpertsFileParameter experts = new ExpertsFileParameter();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = experts.read();
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
