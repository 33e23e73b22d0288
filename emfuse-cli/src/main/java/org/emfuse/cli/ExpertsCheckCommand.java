package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.CheckedExpert;
import org.emfuse.llm.experts.ExpertsCheck;
import org.emfuse.llm.llama.LlamaEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether the experts of a file fit together. */
@Command(name = "check", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Checks an experts file without loading weights: files, adapters, vocabularies, templates, weights.",
    "Explains each expert and shows a prompt as it reads it. Ends with code 2 if something is wrong, and with 1 if"
            + " something could not be checked.",
    ""}, footer = {"", "Example:", "  emfuse experts check models/demo.yaml"})
final class ExpertsCheckCommand implements Callable<Integer> {

    @Mixin
    private ExpertsFileParameter experts = new ExpertsFileParameter();

    @Option(names = "--engine", paramLabel = "ENGINE", defaultValue = LlamaEngine.EMBEDDED, description = "What renders the prompt: embedded, a name of 'emfuse engine list', or the path of a llama.cpp build. Default: ${DEFAULT-VALUE}.")
    private String engine = LlamaEngine.EMBEDDED;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = experts.read();
        ExpertsCheck.Report report = ExpertsCheck.of(file, Workplace.store(output),
                new Workplace(EngineOptions.of(engine), output).engine());
        if (!output.jsonOnly()) {
            report.experts().forEach(this::print);
        }
        List<String> problems = report.all();
        Map<String, Object> result = new LinkedHashMap<>();
        List<String> failures = report.allFailures();
        result.put("sound", problems.isEmpty() && failures.isEmpty());
        result.put("experts", report.experts());
        result.put("problems", problems);
        result.put("failures", failures);
        output.writeJson(result);
        String message = Failures.problems(file.path(), Stream.concat(problems.stream(), failures.stream()).toList());
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(message);
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(message);
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
        output.out().println("  " + Controls.pictured(expert.explanation()));
        expert.template().ifPresent(template -> output.out().println("  Template: " + template + ". A prompt:"));
        expert.prompt().ifPresent(prompt -> output.out().print(Controls.pictured(prompt).indent(4)));
        output.out().println();
        output.out().flush();
    }
}
