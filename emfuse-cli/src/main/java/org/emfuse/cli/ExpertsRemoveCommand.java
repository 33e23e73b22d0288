package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertsRemoval;
import org.emfuse.wording.Megabytes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What one experts file alone needs, out of the cache. */
@Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Removes from the cache what an experts file alone had fetched or converted.",
    "The experts file itself and files of yours stay, and so does what another experts file names that was used here, or"
            + " what 'models fetch' brought.",
    ""}, footer = {"", "Example:", "  emfuse experts remove my-team.yaml --dry-run"})
final class ExpertsRemoveCommand implements Callable<Integer> {

    @Mixin
    private ExpertsFileParameter experts = new ExpertsFileParameter();

    @Option(names = "--dry-run", description = "Only show what would be removed.")
    private boolean dryRun;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = experts.read();
        ExpertsRemoval removal = new ExpertsRemoval(file, Workplace.store(output));
        List<ExpertsRemoval.Item> items = dryRun ? removal.plan() : removal.run();
        long freed = items.stream().mapToLong(ExpertsRemoval.Item::bytes).sum();
        String done = dryRun ? " would be freed" : " freed";
        if (!output.jsonOnly()) {
            items.forEach(item -> output.out().println(item.name() + "  " + item.kept().map(why -> "stays: " + why)
                    .orElse(item.bytes() == 0 ? "was not here" : Megabytes.of(item.bytes()) + done)));
            output.out().println(Megabytes.of(freed) + done);
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("dryRun", dryRun);
        result.put("freedBytes", freed);
        result.put("files", items.stream().map(ExpertsRemoveCommand::record).toList());
        output.writeJson(result);
        return 0;
    }

    private static Map<String, Object> record(ExpertsRemoval.Item item) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("name", item.name());
        record.put("file", item.file().toString());
        record.put("bytes", item.bytes());
        item.kept().ifPresent(why -> record.put("kept", why));
        return record;
    }
}
