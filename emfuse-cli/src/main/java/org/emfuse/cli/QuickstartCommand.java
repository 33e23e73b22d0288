package org.emfuse.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.Mixture;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.FusedContext;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Method;
import org.emfuse.llm.answer.OptionsListPrompt;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.decode.GenerationRequest;
import org.emfuse.llm.eval.AccuracyTable;
import org.emfuse.llm.eval.Decider;
import org.emfuse.llm.eval.Decision;
import org.emfuse.llm.eval.DecisionRow;
import org.emfuse.llm.experts.ExpertSet;
import org.emfuse.llm.sampling.SamplingParams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The first thing to run: three experts answer real questions alone and together. */
@Command(name = "quickstart", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Three small experts (finance, medicine, math) answer real questions alone, fused and selected.",
    "Fetches the base model (98 MB) on first use.",
    ""}, footer = {"", "Examples:", "  emfuse quickstart", "  emfuse quickstart --items 4 --json result.json"})
final class QuickstartCommand implements Callable<Integer> {

    private static final double PROMPT_TAU = 0.1;
    private static final int SEQUENCES = 32;
    private static final int TOKENS = 2048;

    private static final List<Method> METHODS = List.of(
            new Method("emfuse", new Additive(), new Weighting.Uniform()),
            new Method("emfuse-prompt", new Additive(), new Weighting.Prompt(PROMPT_TAU)),
            new Method("emselect", EmSelect.DEFAULT, new Weighting.Uniform()),
            new Method("mixture", new Mixture(), new Weighting.Uniform()));

    @Option(names = "--items", paramLabel = "N", defaultValue = "20", description = "Questions per domain, 1 to 40. Default: ${DEFAULT-VALUE}.")
    private int items;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** One line of the result. */
    record Result(String domain, String method, int n, double accuracy, double low, double high) {}

    @Override
    public Integer call() {
        List<DecisionRow> rows = QuickstartQuestions.first(items);
        output.requirePlaces();
        ExpertsFile file = ExpertsFile.read(Demonstration.expertsFile());
        Workplace workplace = new Workplace(engine, output);
        long start = System.nanoTime();
        AccuracyTable table = new AccuracyTable();
        List<Decision> decisions = new ArrayList<>();
        try (ExpertSet set = workplace.open(file, null)) {
            ContextSize size = workplace.size(SEQUENCES, TOKENS);
            FusedExpert fused = set.fused("emfuse", new Additive(), new Weighting.Uniform());
            output.notice(rows.size() + " questions, " + file.names().size() + " experts, engine: llama.cpp "
                    + workplace.engine().version());
            try (Progress progress = new Progress(output, "questions", rows.size(), 0);
                    Decider decider = new Decider(fused, METHODS, size, decision -> {
                        String domain = Objects.requireNonNull(rows.get(decisions.size()).domain());
                        table.add(domain, decision);
                        decisions.add(decision);
                        progress.step();
                    })) {
                rows.forEach(decider::decide);
            }
            decisions.forEach(decision -> table.add("all", decision));
            double seconds = (System.nanoTime() - start) / 1e9;
            if (!output.jsonOnly()) {
                print(table, decisions, seconds);
                explain(fused, size, rows, decisions);
                output.out().println(whereNext());
            }
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("results", table.entries().stream().map(entry -> new Result(entry.group(), entry.method(),
                    entry.accuracy().n(), entry.accuracy().value(), entry.accuracy().low(), entry.accuracy().high()))
                    .toList());
            result.put("seconds", seconds);
            result.put("run", workplace.record("quickstart", List.of("--items", Integer.toString(items)), 0,
                    FusionOptions.configuration(METHODS), workplace.inputs(file, set)));
            output.writeJson(result);
        }
        return 0;
    }

    private void print(AccuracyTable table, List<Decision> decisions, double seconds) {
        Map<String, Map<String, String>> cells = new LinkedHashMap<>();
        Map<String, Integer> sizes = new LinkedHashMap<>();
        for (AccuracyTable.Entry entry : table.entries()) {
            sizes.put(entry.group(), entry.accuracy().n());
            cells.computeIfAbsent(entry.method(), m -> new LinkedHashMap<>()).put(entry.group(),
                    String.format(Locale.ROOT, "%3.0f %% (%.0f-%.0f)", 100 * entry.accuracy().value(),
                            100 * entry.accuracy().low(), 100 * entry.accuracy().high()));
        }
        List<String> headings = new ArrayList<>(List.of("method"));
        sizes.forEach((group, n) -> headings.add(group + " (" + n + ")"));
        Table text = new Table(headings.toArray(String[]::new));
        cells.forEach((method, byGroup) -> {
            List<String> line = new ArrayList<>(List.of(method));
            line.addAll(byGroup.values());
            text.add(line.toArray(String[]::new));
        });
        output.out().println();
        output.out().println("Right answers (95 % interval):");
        output.out().println();
        output.out().print(text);
        double disagreement = decisions.stream().mapToDouble(decision -> -decision.logZ()).average().orElse(0);
        output.out().printf(Locale.ROOT, "%n%d questions in %.0f s. Mean disagreement -log Z of the experts: %.4f nats."
                + "%n", decisions.size(), seconds, disagreement);
    }

    /** The question on which the experts disagree most among those that EMFuse answers rightly, token by token. */
    private void explain(FusedExpert fused, ContextSize size, List<DecisionRow> rows, List<Decision> decisions) {
        int place = IntStream.range(0, rows.size()).boxed()
                .filter(k -> Objects.equals(decisions.get(k).answer(), decisions.get(k).choice()))
                .min(Comparator.comparingDouble(k -> decisions.get(k).logZ())).orElse(0);
        DecisionRow row = rows.get(place);
        GenerationRequest request = new GenerationRequest(OptionsListPrompt.of(row.question(), row.choices()),
                SamplingParams.GREEDY, 24, List.of(), 2);
        Transcript transcript = new Transcript();
        try (FusedContext context = fused.open(size)) {
            transcript.run(context, request);
        }
        output.out().println();
        output.out().println("Why, for one question (" + row.id() + "):");
        output.out().println();
        output.out().println(row.question().indent(2).stripTrailing());
        output.out().println("  Options: " + String.join(", ", row.choices()));
        output.out().println();
        output.out().print(new ExplanationText(fused.members().stream().map(member -> member.name()).toList(),
                OutputOptions.colours()).of(transcript.steps()));
    }

    private static String whereNext() {
        return """

                Next:
                  ./emfuse decide --experts models/demo.yaml --question "2 + 2 * 3 is" --choice 8 --choice 12
                  ./emfuse generate --experts models/demo.yaml --raw "A bond is"
                  ./emfuse explain --experts models/demo.yaml --html why.html --raw "A bond is"
                  Your own experts: docs/how-to/use-your-own-experts.md""";
    }
}
