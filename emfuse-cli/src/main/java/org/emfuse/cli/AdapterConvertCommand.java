package org.emfuse.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.emfuse.llm.gguf.GgufFacts;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.model.CachedModels;
import org.emfuse.llm.model.ModelSource;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.peft.AdapterFiles;
import org.emfuse.llm.peft.PeftAdapter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An adapter in PEFT's form as GGUF. */
@Command(name = "convert", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Writes a LoRA adapter in PEFT's form (adapter_config.json, adapter_model.safetensors) as GGUF.",
    "Experts files can also name the folder itself; it is then converted into the cache.", ""}, footer = {"",
        "Example:", "  emfuse adapter convert my-peft-folder --base smollm2-135m-instruct --output mine.gguf"})
final class AdapterConvertCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FOLDER", description = "The adapter's folder, or hf:OWNER/REPO/adapter_model.safetensors.")
    @Nullable
    private String folder;

    @Option(names = "--base", paramLabel = "MODEL", required = true, description = "The model that it sits on: a GGUF file, a source, or a name of the catalog.")
    @Nullable
    private String base;

    @Option(names = "--output", paramLabel = "FILE.gguf", required = true, description = "The file to write.")
    @Nullable
    private Path target;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        Path file = Objects.requireNonNull(target);
        String source = Objects.requireNonNull(folder);
        OutputPlace.requireOrdinary(file);
        ModelStore store = Workplace.store(output);
        Path peft = new AdapterFiles(store, output::notice).peft(source, Path.of(""))
                .orElseThrow(() -> new IllegalArgumentException(source + " is no PEFT adapter: expected a folder with "
                        + PeftAdapter.CONFIG + " and " + PeftAdapter.WEIGHTS));
        PeftAdapter adapter = PeftAdapter.read(peft);
        String baseName = Objects.requireNonNull(base);
        Path baseFile = store.resolve(baseName, Path.of(""));
        output.files().reading(Map.of(baseName, baseFile))
                .reading(Map.of(PeftAdapter.WEIGHTS, peft.resolve(PeftAdapter.WEIGHTS))).requireApart();
        GgufFile model = GgufFile.read(baseFile);
        model.requireModel();
        keep(new CachedModels(store), source, baseName);
        AdapterFiles.write(adapter, model, file);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("file", file.toString());
        facts.putAll(GgufFacts.of(GgufFile.read(file)));
        if (!output.jsonOnly()) {
            output.out().print(FactsText.of(facts));
            output.out().flush();
        }
        output.writeJson(facts);
        return 0;
    }

    /** What was fetched for this command was asked for by name. */
    private static void keep(CachedModels models, String adapter, String base) {
        Stream.concat(AdapterFiles.config(adapter).map(ModelSource::name).stream(), Stream.of(adapter, base))
                .filter(models::knows).forEach(models::keep);
    }
}
