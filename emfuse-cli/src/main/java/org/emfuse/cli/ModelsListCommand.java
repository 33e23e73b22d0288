package org.emfuse.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.model.CachedModels;
import org.emfuse.wording.Megabytes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Models that can be had by name, and models that were fetched. */
@Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Lists the models of the catalog and those that were fetched from elsewhere.", ""})
final class ModelsListCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        List<CachedModels.Entry> entries = new CachedModels(Workplace.store(output)).list();
        Table table = new Table("model", "size", "licence", "here");
        List<Map<String, Object>> result = new ArrayList<>();
        for (CachedModels.Entry entry : entries) {
            table.add(entry.name(), Megabytes.of(entry.bytes()), entry.licence().orElse("see its source"),
                    entry.state() == CachedModels.State.PRESENT ? "yes" : entry.state().toString());
            result.add(ModelRecord.of(entry));
        }
        if (!output.jsonOnly()) {
            output.out().print(table);
            output.out().flush();
        }
        output.writeJson(Map.of("models", result));
        return 0;
    }
}
