package org.emfuse.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.emfuse.llm.gguf.GgufFacts;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.model.CachedModels;
import org.emfuse.llm.model.ModelException;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.peft.PeftAdapter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What a model's header tells. */
@Command(name = "inspect", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Shows what the header of a model or adapter says: architecture, vocabulary, layers, sizes, template.",
    "Nothing is loaded or fetched.", ""}, footer = {"", "Examples:", "  emfuse models inspect smollm2-135m-instruct",
        "  emfuse models inspect models/experts/finance.gguf"})
final class ModelsInspectCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME|FILE", description = "A model that is here, or a GGUF file.")
    @Nullable
    private String name;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ModelStore store = Workplace.store(output);
        String wanted = Objects.requireNonNull(name);
        if (ModelStore.local(wanted, Path.of("")).filter(PeftAdapter::isAt).isPresent()) {
            throw new IllegalArgumentException(
                    wanted + " is an adapter in PEFT's form; expected a GGUF file. Make one of"
                            + " it with: emfuse adapter convert " + wanted + " --base MODEL --output FILE.gguf");
        }
        Path file = store.present(wanted, Path.of("")).orElseThrow(() -> new ModelException(wanted + " is "
                + new CachedModels(store).verify(wanted).state() + " in the cache. Fetch it with: emfuse models fetch "
                + wanted, null));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("file", file.toString());
        facts.putAll(GgufFacts.of(GgufFile.read(file)));
        facts.put("sha256", store.hashes().of(file));
        if (!output.jsonOnly()) {
            output.out().print(FactsText.of(facts));
            output.out().flush();
        }
        output.writeJson(facts);
        return 0;
    }
}
