package org.emfuse.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.model.CachedModels;
import org.emfuse.llm.model.ModelException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Whether what is in the cache is still what came. */
@Command(name = "verify", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Reads models in the cache and compares their SHA-256 with what it should be.",
    "Ends with code 1 if one is damaged, or if the one that is named is absent.", ""})
final class ModelsVerifyCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A model. Default: all that are here.")
    @Nullable
    private String name;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        CachedModels models = new CachedModels(Workplace.store(output));
        List<String> names = name != null
                ? List.of(name)
                : models.list().stream().filter(entry -> entry.state() != CachedModels.State.ABSENT)
                        .map(CachedModels.Entry::name).toList();
        List<Map<String, Object>> result = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (String each : names) {
            CachedModels.Entry entry = models.verify(each);
            if (!output.jsonOnly()) {
                output.out().println(entry.name() + "  " + entry.state());
                output.out().flush();
            }
            result.add(ModelRecord.of(entry));
            if (entry.state() != CachedModels.State.SOUND) {
                bad.add(entry.name());
                words.add(entry.state() + ": " + entry.name());
            }
        }
        output.writeJson(Map.of("models", result));
        if (!bad.isEmpty()) {
            throw new ModelException(String.join(", ", words) + ". Fetch with: emfuse models fetch "
                    + String.join(" ", bad), null);
        }
        return 0;
    }
}
