package org.emfuse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.config.ExpertEntry;
import org.emfuse.llm.config.ExpertsFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Who is in an experts file. */
@Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Lists the experts of a file.", ""})
final class ExpertsListCommand implements Callable<Integer> {

    @Mixin
    private ExpertsFileParameter experts = new ExpertsFileParameter();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = experts.read();
        Table table = new Table("expert", "model", "adapter", "temperature");
        List<Map<String, Object>> experts = new ArrayList<>();
        for (ExpertEntry entry : file.experts()) {
            String model = entry.model().or(file::base).orElseThrow();
            table.add(entry.name(), model, entry.adapter().orElse("-"), Double.toString(entry.temperature()));
            Map<String, Object> expert = new LinkedHashMap<>();
            expert.put("name", entry.name());
            expert.put("model", model);
            entry.adapter().ifPresent(adapter -> expert.put("adapter", adapter));
            expert.put("temperature", entry.temperature());
            entry.system().ifPresent(system -> expert.put("system", system));
            experts.add(expert);
        }
        if (!output.jsonOnly()) {
            output.out().print(table);
            output.out().println("rule " + file.rule() + ", weights " + file.weights());
            output.out().flush();
        }
        output.writeJson(Map.of("experts", experts, "rule", file.rule(), "weights", file.weights()));
        return 0;
    }
}
