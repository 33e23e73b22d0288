package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertSet;
import org.emfuse.wording.Megabytes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All files of an experts file into the cache. */
@Command(name = "fetch", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Fetches the models and adapters of an experts file, and converts adapters in PEFT's form.", ""})
final class ExpertsFetchCommand implements Callable<Integer> {

    @Mixin
    private ExpertsFileParameter experts = new ExpertsFileParameter();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = experts.read();
        Map<String, Object> files = new LinkedHashMap<>();
        ExpertSet.fetch(file, Workplace.store(output)).forEach((name, place) -> {
            files.put(name, place.toString());
            if (!output.jsonOnly()) {
                output.out().println(name + "  " + Megabytes.of(place.toFile().length()) + "  " + place);
            }
        });
        output.out().flush();
        output.writeJson(Map.of("files", files));
        return 0;
    }
}
