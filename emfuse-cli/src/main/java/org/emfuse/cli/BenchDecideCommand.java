package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Method;
import org.emfuse.llm.bench.DecideBench;
import org.emfuse.llm.bench.MachineFacts;
import org.emfuse.llm.eval.DecisionRow;
import org.emfuse.llm.experts.ExpertSet;
import org.emfuse.llm.llama.LlamaEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deciding in batches beside deciding one candidate at a time. */
@Command(name = "decide", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Questions per second of all experts together: all candidates of a question in one batch, beside one candidate at a"
            + " time with the whole question before each.",
    ""}, footer = {"", "Example:", "  emfuse bench decide --items 8 --json bench.json"})
final class BenchDecideCommand implements Callable<Integer> {

    private static final Method METHOD = new Method("emfuse", new Additive(), new Weighting.Uniform());

    @Mixin
    private BenchOptions bench = new BenchOptions();

    @Option(names = "--items", paramLabel = "N", defaultValue = "4", description = "Questions of each of the three domains of the quickstart, 1 to 40. Default: ${DEFAULT-VALUE}.")
    private int items;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        List<DecisionRow> rows = QuickstartQuestions.first(items);
        output.requirePlaces();
        Table table = new Table("engine", "experts", "questions", "candidates", "batched/s", "one by one/s", "ratio",
                "same choice");
        Map<String, Object> result = bench.run("bench decide", output, Map.of("items", items),
                (workplace, set) -> List.of(measure(workplace, set, rows, table)));
        if (!output.jsonOnly()) {
            output.out().print(table);
            output.out().println(MachineFacts.now().description());
            output.out().flush();
        }
        output.writeJson(result);
        return 0;
    }

    private Map<String, Object> measure(Workplace workplace, ExpertSet set, List<DecisionRow> rows,
            Table table) {
        LlamaEngine engine = workplace.engine();
        output.notice(rows.size() + " questions, engine: llama.cpp " + engine.version());
        ContextSize size = workplace.size(32, Math.min(2048, set.trainedContext()));
        DecideBench ways = new DecideBench(set.fused("emfuse", METHOD.rule(), METHOD.weighting()), size, METHOD);
        DecideBench.Result result;
        try (Progress progress = new Progress(output, "questions, both ways", rows.size(), 0)) {
            result = ways.run(rows, progress::step);
        }
        table.add(engine.version(), Integer.toString(result.experts()), Integer.toString(result.questions()),
                Integer.toString(result.candidates()), String.format(Locale.ROOT, "%.2f", result.batched()),
                String.format(Locale.ROOT, "%.2f", result.oneByOne()),
                String.format(Locale.ROOT, "%.2f", result.ratio()),
                Integer.toString(result.sameChoice()));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("experts", result.experts());
        json.put("questions", result.questions());
        json.put("candidates", result.candidates());
        json.put("questions_per_s", result.batched());
        json.put("one_by_one_questions_per_s", result.oneByOne());
        json.put("ratio", result.ratio());
        json.put("same_choice", result.sameChoice());
        return json;
    }
}
