package org.emfuse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.bench.DecodeBench;
import org.emfuse.llm.bench.MachineFacts;
import org.emfuse.llm.bench.StepParts;
import org.emfuse.llm.experts.ExpertSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fused decoding beside its members alone. */
@Command(name = "decode", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Fused tokens per second of the first expert, the first two, and so on, beside the ideal: the same members, threads and"
            + " lockstep, the same tokens replayed, no logits read.",
    ""}, footer = {"", "Examples:", "  emfuse bench decode --json bench.json",
        "  emfuse bench decode --experts my.yaml --compare embedded --rounds 15"})
final class BenchDecodeCommand implements Callable<Integer> {

    @Mixin
    private BenchOptions bench = new BenchOptions();

    @Option(names = "--tokens", paramLabel = "N", defaultValue = "64", description = "Tokens of a round. Default: ${DEFAULT-VALUE}.")
    private int tokens;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "9", description = "Rounds, of a fused and an ideal run each. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--prompt", paramLabel = "TEXT", defaultValue = "Once upon a time", description = "Text to continue. Default: ${DEFAULT-VALUE}.")
    private String prompt = "";

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        if (tokens < 2) {
            throw new IllegalArgumentException("expected --tokens of at least 2 tokens, found " + tokens);
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("expected --rounds of at least 1 round, found " + rounds);
        }
        output.requirePlaces();
        Table table = new Table("engine", "experts", "fused tokens/s", "ideal tokens/s", "ratio", "step ms",
                "native ms",
                "fusion ms", "sampling ms", "fusion and sampling");
        Map<String, Object> result = bench.run("bench decode", output,
                Map.of("tokens", tokens, "rounds", rounds, "prompt", prompt),
                (workplace, set) -> measure(workplace, set, table));
        if (!output.jsonOnly()) {
            output.out().print(table);
            output.out().printf(Locale.ROOT, "%s%nmost memory: %d MiB, of which the heap can take %d%n",
                    MachineFacts.now().description(), MachineFacts.peakResidentMib(),
                    Runtime.getRuntime().maxMemory() >> 20);
            output.out().flush();
        }
        output.writeJson(result);
        return 0;
    }

    private List<Map<String, Object>> measure(Workplace workplace, ExpertSet set, Table table) {
        String engine = workplace.engine().version();
        List<Map<String, Object>> runs = new ArrayList<>();
        ContextSize size = workplace.size(1, Math.min(2048, set.trainedContext()));
        for (int n = 1; n <= set.experts().size(); n++) {
            output.notice("decoding with " + n + (n == 1 ? " expert" : " experts") + ", engine: llama.cpp " + engine);
            FusedExpert fused = new FusedExpert("emfuse", set.experts().subList(0, n), new Additive(),
                    new Weighting.Uniform());
            DecodeBench.Result result = new DecodeBench(fused, size, new Prompt.Raw(prompt), tokens).run(rounds);
            runs.add(json(result));
            StepParts parts = result.parts();
            table.add(engine, Integer.toString(n), number(result.fusedRate()), number(result.idealRate()),
                    String.format(Locale.ROOT, "%.3f", result.ratio()), number(parts.whole() / 1e6),
                    number(parts.evaluation() / 1e6), number(parts.fusion() / 1e6), number(parts.sampling() / 1e6),
                    String.format(Locale.ROOT, "%.1f %%", 100 * parts.fusionShare()));
        }
        return runs;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 1 ? "%.2f" : "%.1f", value);
    }

    private static Map<String, Object> json(DecodeBench.Result result) {
        StepParts parts = result.parts();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("experts", result.experts());
        json.put("fused_tokens_per_s", result.fusedRate());
        json.put("ideal_tokens_per_s", result.idealRate());
        json.put("ratio", result.ratio());
        json.put("fusion_share", parts.fusionShare());
        json.put("step_ms", Map.of("native", parts.evaluation() / 1e6, "fusion", parts.fusion() / 1e6, "sampling",
                parts.sampling() / 1e6));
        json.put("tokens", result.tokens());
        json.put("fused_rounds", result.fused());
        json.put("ideal_rounds", result.ideal());
        return json;
    }
}
