package org.emfuse.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.CheckedExpert;
import org.emfuse.llm.experts.ExpertsCheck;
import org.emfuse.llm.llama.LlamaEngine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whether the experts of a file fit together. */
@Command(name = "check", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Checks an experts file without loading weights: files, adapters, vocabularies, templates, weights.",
    "Explains each expert and shows a prompt as it reads it. Ends with code 2 if something is wrong.",
    ""}, footer = {"", "Example:", "  emfuse experts check models/demo.yaml"})
final class ExpertsCheckCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "An experts file.")
    @Nullable
    private Path path;

    @Option(names = "--engine", paramLabel = "ENGINE", defaultValue = LlamaEngine.EMBEDDED, description = "What renders the prompt: embedded, a name of 'emfuse engine list', or the path of a llama.cpp build. Default: ${DEFAULT-VALUE}.")
    private String engine = LlamaEngine.EMBEDDED;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = ExpertsFile.read(Objects.requireNonNull(path));
        ExpertsCheck.Report report = ExpertsCheck.of(file, Workplace.store(output),
                new Workplace(EngineOptions.of(engine), output).engine());
        if (!output.jsonOnly()) {
            report.experts().forEach(this::print);
        }
        List<String> problems = report.all();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("sound", problems.isEmpty());
        result.put("experts", report.experts());
        result.put("problems", problems);
        output.writeJson(result);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(file.path() + ": " + (problems.size() == 1
                    ? problems.getFirst()
                    : problems.size() + " problems:\n  " + String.join("\n  ", problems)));
        }
        if (!output.jsonOnly()) {
            output.out().println("All experts share one vocabulary. Rule " + file.rule() + ", weights " + file.weights()
                    + ". Nothing speaks against it.");
            output.out().flush();
        }
        return 0;
    }

    private void print(CheckedExpert expert) {
        output.out().println(expert.name());
        output.out().println("  " + Printable.of(expert.explanation()));
        expert.template().ifPresent(template -> output.out().println("  Template: " + template + ". A prompt:"));
        expert.prompt().ifPresent(prompt -> output.out().print(Printable.of(prompt).indent(4)));
        output.out().println();
        output.out().flush();
    }
}
