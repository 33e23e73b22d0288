package org.emfuse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Method;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.answer.AnswerTrie;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.decode.ConstrainedGeneration;
import org.emfuse.llm.decode.DecodeTask;
import org.emfuse.llm.decode.Generation;
import org.emfuse.llm.decode.GenerationRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A text from all experts together, as it is generated. */
@Command(name = "generate", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Generates a text: at every token all experts decide together.", ""}, footer = {"", "Examples:",
        "  emfuse generate --experts models/demo.yaml --raw 'A bond is'",
        "  emfuse generate --experts models/demo.yaml --rule emselect --temperature 0.7 --seed 1 --raw 'A bond is'",
        "  emfuse generate --experts models/demo.yaml --choice yes --choice no 'Is 7 a prime number?'"})
final class GenerateCommand implements Callable<Integer> {

    @Spec
    @Nullable
    private CommandSpec spec;

    @Mixin
    private ExpertOptions experts = new ExpertOptions();

    @Mixin
    private FusionOptions fusion = new FusionOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private PromptOptions prompt = new PromptOptions();

    @Option(names = "--choice", paramLabel = "TEXT", description = "Only this text or another --choice may come out, with its exact probability.")
    private List<String> choices = new ArrayList<>();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        ExpertsFile file = experts.file();
        List<Method> methods = experts.only() == null ? List.of(fusion.method(file, output::notice)) : List.of();
        Prompt asked = prompt.prompt();
        GenerationRequest request = new GenerationRequest(asked, sampling.params(), sampling.maxTokens(),
                sampling.stop(), -1);
        Workplace workplace = new Workplace(experts.engine(), output);
        Transcript transcript = new Transcript(this::show);
        try (Voice voice = Voice.open(workplace, file, experts, methods, choices.size() + 1);
                ExpertContext context = voice.expert().open(voice.size())) {
            transcript.run(context, task(request, voice, methods, transcript));
            if (!output.jsonOnly()) {
                output.out().println();
                output.out().flush();
            }
            output.writeJson(result(workplace, file, voice, transcript));
        }
        return 0;
    }

    private DecodeTask task(GenerationRequest request, Voice voice, List<Method> methods, Transcript transcript) {
        return choices.isEmpty()
                ? new Generation(request, transcript)
                : new ConstrainedGeneration(request.prompt(), AnswerTrie.of(choices, voice.expert().vocabulary()),
                        methods, request.sampling(), transcript);
    }

    private void show(String piece) {
        if (!output.jsonOnly()) {
            output.out().print(output.shown(piece));
            output.flush();
        }
    }

    private Map<String, Object> result(Workplace workplace, ExpertsFile file, Voice voice, Transcript transcript) {
        Map<String, Object> configuration = new LinkedHashMap<>(FusionOptions.configuration(voice.methods()));
        configuration.put("only", experts.only() == null ? "" : experts.only());
        configuration.putAll(sampling.configuration());
        configuration.put("choices", choices);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("text", transcript.text());
        result.put("finish", transcript.finish());
        result.put("tokens", transcript.steps().stream().map(step -> step.token()).toList());
        result.put("energies", transcript.steps().stream().map(step -> step.energy()).toList());
        result.put("run",
                workplace.record("generate", Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs(),
                        sampling.seed(), configuration, workplace.inputs(file, voice.set())));
        return result;
    }
}
