package org.emfuse.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Method;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.decode.GenerationRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A text with the reason for every token. */
@Command(name = "explain", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Generates a text and shows why: per token every expert's energy, the sum, and who drove it.",
    ""}, footer = {"", "Examples:",
        "  emfuse explain --experts models/demo.yaml --raw 'A bond is'",
        "  emfuse explain --experts models/demo.yaml --rule emselect --html why.html --raw 'A bond is'"})
final class ExplainCommand implements Callable<Integer> {

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

    @Option(names = "--alternatives", paramLabel = "K", defaultValue = "3", description = "Other tokens to show per position. Default: ${DEFAULT-VALUE}.")
    private int alternatives;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write a page that shows the text, coloured.")
    @Nullable
    private Path html;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        if (alternatives < 0) {
            throw new IllegalArgumentException("expected --alternatives of at least 0, found " + alternatives);
        }
        output.requirePlaces();
        if (html != null) {
            OutputPlace.require(html);
        }
        ExpertsFile file = experts.file();
        List<Method> methods = experts.only() == null ? List.of(fusion.method(file, output::notice)) : List.of();
        GenerationRequest request = new GenerationRequest(prompt.prompt(), sampling.params(), sampling.maxTokens(),
                sampling.stop(), alternatives);
        Workplace workplace = new Workplace(experts.engine(), output);
        Transcript transcript = new Transcript();
        try (Voice voice = Voice.open(workplace, file, experts, methods, 1);
                ExpertContext context = voice.expert().open(voice.size())) {
            transcript.run(context, request);
            if (!output.jsonOnly()) {
                output.out().println(output.shown(transcript.text()));
                output.out().println();
                output.out().print(new ExplanationText(voice.names(), OutputOptions.colours()).of(transcript.steps()));
                output.out().flush();
            }
            Map<String, Object> result = result(workplace, file, voice, transcript);
            if (html != null) {
                Json.writeText(html, ExplanationPage.of(prompt.text(), voice.names(), transcript.steps()));
                output.notice("wrote " + html);
            }
            output.writeJson(result);
        }
        return 0;
    }

    private Map<String, Object> result(Workplace workplace, ExpertsFile file, Voice voice, Transcript transcript) {
        Map<String, Object> configuration = new LinkedHashMap<>(FusionOptions.configuration(voice.methods()));
        configuration.put("only", experts.only() == null ? "" : experts.only());
        configuration.putAll(sampling.configuration());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("prompt", prompt.text());
        result.put("text", transcript.text());
        result.put("finish", transcript.finish());
        result.put("experts", voice.names());
        result.put("steps", transcript.steps());
        result.put("run",
                workplace.record("explain", Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs(),
                        sampling.seed(), configuration, workplace.inputs(file, voice.set())));
        return result;
    }
}
