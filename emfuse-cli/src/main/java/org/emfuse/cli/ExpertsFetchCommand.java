package org.emfuse.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertSet;
import org.emfuse.wording.Megabytes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** All files of an experts file into the cache. */
@Command(name = "fetch", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Fetches the models and adapters of an experts file, and converts adapters in PEFT's form.", ""})
final class ExpertsFetchCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "An experts file.")
    @Nullable
    private Path path;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = ExpertsFile.read(Objects.requireNonNull(path));
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
