package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.model.CachedModels;
import org.emfuse.llm.model.ModelSource;
import org.emfuse.llm.model.ModelStore;
import org.emfuse.llm.model.SourceNames;
import org.emfuse.llm.peft.AdapterFiles;
import org.emfuse.wording.Megabytes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Models into the cache, before they are needed. */
@Command(name = "fetch", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Fetches models into the cache. A fetch that was stopped goes on where it was.", ""}, footer = {"", "Examples:",
        "  emfuse models fetch smollm2-135m-instruct",
        "  emfuse models fetch hf:OWNER/REPO/FILE.gguf@REVISION"})
final class ModelsFetchCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "A model of the catalog, or " + SourceNames.FORMS
            + ".")
    private List<String> names = new ArrayList<>();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ModelStore store = Workplace.store(output);
        CachedModels models = new CachedModels(store);
        List<Map<String, Object>> result = new ArrayList<>();
        // An adapter in PEFT's form is two files.
        for (String name : names.stream().flatMap(each -> Stream.concat(
                AdapterFiles.config(each).map(ModelSource::name).stream(), Stream.of(each))).toList()) {
            Path file = store.resolve(name, Path.of(""));
            if (models.knows(name)) {
                models.keep(name);
            }
            if (file.toString().endsWith(".gguf")) {
                GgufFile.read(file);
            }
            if (!output.jsonOnly()) {
                output.out().println(name + "  " + Megabytes.of(file.toFile().length()) + "  " + file);
                output.out().flush();
            }
            Map<String, Object> record = new LinkedHashMap<>();
            record.put("name", name);
            record.put("file", file.toString());
            record.put("bytes", file.toFile().length());
            record.put("sha256", store.hashes().of(file));
            result.add(record);
        }
        output.writeJson(Map.of("models", result));
        return 0;
    }
}
