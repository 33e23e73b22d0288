package org.emfuse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.model.CachedModels;
import org.emfuse.wording.Megabytes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Models out of the cache. */
@Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Removes models from the cache, and what stopped fetches left of them.", ""})
final class ModelsRemoveCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "A model, as models list shows it.")
    private List<String> names = new ArrayList<>();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        CachedModels models = new CachedModels(Workplace.store(output));
        names.forEach(models::requireKnown);
        Map<String, Object> freed = new LinkedHashMap<>();
        for (String name : names) {
            long bytes = models.remove(name);
            freed.put(name, bytes);
            if (!output.jsonOnly()) {
                output.out().println(name + (bytes == 0 ? "  was not here" : "  " + Megabytes.of(bytes) + " freed"));
                output.out().flush();
            }
        }
        output.writeJson(Map.of("freedBytes", freed));
        return 0;
    }
}
