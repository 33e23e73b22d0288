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
import org.emfuse.llm.peft.AdapterFiles;
import org.emfuse.llm.peft.PeftAdapter;
import org.emfuse.wording.ShellWord;
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

    @Parameters(paramLabel = "NAME|FILE", description = "A model that is here, a GGUF file, or the folder of a PEFT adapter.")
    @Nullable
    private String name;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ModelStore store = Workplace.store(output);
        String wanted = Objects.requireNonNull(name);
        Map<String, Object> facts = new AdapterFiles(store, output::notice).present(wanted, Path.of(""))
                .map(peft -> ofPeft(peft, store)).orElseGet(() -> ofGguf(wanted, store));
        if (!output.jsonOnly()) {
            output.out().print(FactsText.of(facts));
            output.out().flush();
        }
        output.writeJson(facts);
        return 0;
    }

    private static Map<String, Object> ofPeft(Path folder, ModelStore store) {
        PeftAdapter adapter = PeftAdapter.read(folder);
        return facts(folder, adapter.facts(), store.hashes().of(adapter.weights()));
    }

    private static Map<String, Object> ofGguf(String wanted, ModelStore store) {
        Path file = store.present(wanted, Path.of("")).orElseThrow(() -> new ModelException(wanted + " is "
                + new CachedModels(store).verify(wanted).state() + " in the cache. Fetch it with: emfuse models fetch "
                + ShellWord.of(wanted), null));
        return facts(file, GgufFacts.of(GgufFile.read(file)), store.hashes().of(file));
    }

    private static Map<String, Object> facts(Path file, Map<String, Object> read, String hash) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("file", file.toString());
        facts.putAll(read);
        facts.put("sha256", hash);
        return facts;
    }
}
