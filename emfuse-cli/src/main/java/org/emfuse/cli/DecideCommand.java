package org.emfuse.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.Method;
import org.emfuse.llm.answer.OptionsListPrompt;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.eval.AccuracyTable;
import org.emfuse.llm.eval.Decider;
import org.emfuse.llm.eval.Decision;
import org.emfuse.llm.eval.DecisionRow;
import org.emfuse.llm.eval.DecisionRows;
import org.emfuse.llm.experts.ExpertSet;
import org.emfuse.record.RunRecord;
import org.emfuse.record.Sha256;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One decision, or many: the probability of every option. */
@Command(name = "decide", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Decides between given options: the probability of each, for every expert and every rule.", ""}, footer = {"",
        "Examples:",
        "  emfuse decide --experts models/demo.yaml --question '2 + 2 * 3 is' --choice 8 --choice 12",
        "  emfuse decide --experts models/demo.yaml --rule additive,emselect,mixture --input rows.jsonl"
                + " --output decisions.jsonl",
        "", "A bulk run that was stopped goes on where it was when it is started again."})
final class DecideCommand implements Callable<Integer> {

    private static final int MOST_SEQUENCES = 64;

    @Spec
    @Nullable
    private CommandSpec spec;

    @Mixin
    private ExpertOptions experts = new ExpertOptions();

    @Mixin
    private FusionOptions fusion = new FusionOptions();

    @Mixin
    private DecideInput input = new DecideInput();

    @Option(names = "--output", paramLabel = "FILE", description = "Write decisions here instead of to standard output.")
    @Nullable
    private Path outputFile;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or csv. Default: table on standard output, json to a file.")
    @Nullable
    private DecisionFormat format;

    @Mixin
    private OutputOptions output = new OutputOptions();

    private final AccuracyTable accuracies = new AccuracyTable();

    @Override
    public Integer call() throws IOException {
        ExpertsFile file = experts.file();
        List<Method> methods = experts.only() == null ? fusion.methods(file, output::notice) : List.of();
        int limit = input.limit();
        if (outputFile != null) {
            OutputPlace.requireOrdinary(outputFile);
            output.writesBeside("--output's settings", settings(outputFile));
            PartFile.beside(outputFile).forEach(part -> output.writesBeside("--output's part", part));
        }
        output.requirePlaces();
        Path scratch = Scratch.folder("emfuse-decide");
        try {
            Path rows = input.file(scratch);
            // The whole input is checked before anything is computed.
            DecisionRows.Summary summary = DecisionRows.read(rows, input.name(), limit, input.skipInvalid(), row -> {});
            if (summary.skipped() > 0) {
                output.notice(summary.skipped() + " lines of " + input.name() + " hold no decision; skipped");
            }
            if (summary.rows() == 0) {
                throw new IllegalArgumentException(input.name() + " holds no decision");
            }
            decide(file, methods, rows, summary);
        } finally {
            Scratch.remove(scratch);
        }
        return 0;
    }

    private void decide(ExpertsFile file, List<Method> methods, Path rows, DecisionRows.Summary summary) {
        Workplace workplace = new Workplace(experts.engine(), output);
        try (ExpertSet set = workplace.open(file, experts.only())) {
            RunRecord run = record(workplace, file, set, methods, summary);
            Expert expert = methods.isEmpty()
                    ? set.experts().getFirst()
                    : set.fused("emfuse", methods.getFirst().rule(), new Weighting.Uniform());
            ContextSize size = workplace.size(MOST_SEQUENCES, experts.contextTokens(set));
            Consumer<BiConsumer<DecisionRow, Decision>> all = consumer -> run(expert, methods, size, rows, 0, consumer);
            List<Decision> shown = outputFile == null ? print(all) : List.of();
            if (outputFile != null) {
                write(outputFile, rows, summary, run,
                        (done, consumer) -> run(expert, methods, size, rows, done, consumer));
            }
            summarize(run, shown);
        }
    }

    private RunRecord record(Workplace workplace, ExpertsFile file, ExpertSet set, List<Method> methods,
            DecisionRows.Summary summary) {
        Map<String, Object> configuration = new LinkedHashMap<>(FusionOptions.configuration(methods));
        configuration.put("template", OptionsListPrompt.ID);
        configuration.put("only", experts.only() == null ? "" : experts.only());
        Map<String, String> inputs = workplace.inputs(file, set);
        inputs.put(input.name(), summary.sha256());
        // What a result depends on; a run goes on only from a part file of the same.
        configuration.put("hash", Sha256.of(inputs + "\n" + configuration + "\n" + workplace.engine().description()));
        return workplace.record("decide", Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs(), 0,
                configuration, inputs);
    }

    /** Decides the rows after the first {@code done} ones; the consumer gets each with its decision, in order. */
    private void run(Expert expert, List<Method> methods, ContextSize size, Path rows, int done,
            BiConsumer<DecisionRow, Decision> consumer) {
        Deque<DecisionRow> open = new ArrayDeque<>();
        try (Decider decider = new Decider(expert, methods, size, decision -> {
            accuracies.add("all", decision);
            consumer.accept(open.remove(), decision);
        })) {
            int[] place = {0};
            DecisionRows.read(rows, input.name(), input.limit(), input.skipInvalid(), row -> {
                if (place[0]++ >= done) {
                    open.add(row);
                    decider.decide(row);
                }
            });
        }
    }

    private List<Decision> print(Consumer<BiConsumer<DecisionRow, Decision>> run) {
        DecisionFormat shown = format == null ? DecisionFormat.TABLE : format;
        List<Decision> decisions = new ArrayList<>();
        if (output.jsonOnly()) {
            run.accept((row, decision) -> decisions.add(decision));
            return decisions;
        }
        output.out().print(shown.heading());
        run.accept((row, decision) -> {
            output.out().print(shown.of(row, decision));
            output.flush();
            if (output.json() != null) {
                decisions.add(decision);
            }
        });
        return decisions;
    }

    /** Decides rows from a place on. */
    private interface From {
        void run(int done, BiConsumer<DecisionRow, Decision> consumer);
    }

    private void write(Path out, Path rows, DecisionRows.Summary summary, RunRecord run, From from) {
        DecisionFormat written = format == null ? DecisionFormat.JSON : format;
        String hash = String.valueOf(run.configuration().get("hash"));
        try (PartFile part = PartFile.open(out, hash, decision -> accuracies.add("all", decision))) {
            if (part.done() > 0) {
                output.notice("going on after " + part.done() + " decisions of an earlier run (" + out + ".part)");
            }
            try (Progress progress = new Progress(output, "decisions", summary.rows(), part.done())) {
                from.run(part.done(), (row, decision) -> {
                    part.add(decision);
                    progress.step();
                });
            }
            Path finished = part.finished();
            try (BufferedWriter writer = Files.newBufferedWriter(finished); PartFile.Reader reader = part.reader()) {
                writer.write(written.heading());
                DecisionRows.read(rows, input.name(), input.limit(), input.skipInvalid(),
                        row -> append(writer, written.of(row, reader.next())));
            } catch (IOException e) {
                throw new UncheckedIOException("the file " + finished + " could not be written", e);
            }
            Json.writeText(settings(out), Json.pretty(run));
            part.replace();
        }
    }

    /** The file that says what an output comes from. */
    private static Path settings(Path out) {
        return Path.of(out + ".run.json");
    }

    private static void append(BufferedWriter writer, String text) {
        try {
            writer.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException("the output could not be written", e);
        }
    }

    /** Accuracies, where the input has answers, and the JSON result. */
    private void summarize(RunRecord run, List<Decision> shown) {
        List<AccuracyTable.Entry> entries = accuracies.entries();
        boolean people = !output.jsonOnly() && !output.quiet() && !input.single();
        if (people && !entries.isEmpty()) {
            Table table = new Table("method", "n", "accuracy", "95 % interval");
            for (AccuracyTable.Entry entry : entries) {
                table.add(entry.method(), Integer.toString(entry.accuracy().n()),
                        String.format(Locale.ROOT, "%.4f", entry.accuracy().value()),
                        String.format(Locale.ROOT, "%.4f-%.4f", entry.accuracy().low(), entry.accuracy().high()));
            }
            (outputFile == null && format != null && format != DecisionFormat.TABLE ? output.err() : output.out())
                    .print(table);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        if (outputFile == null) {
            result.put("decisions", shown);
        } else {
            result.put("output", outputFile.toString());
        }
        result.put("results", entries.stream().map(entry -> new QuickstartCommand.Result(entry.group(), entry.method(),
                entry.accuracy().n(), entry.accuracy().value(), entry.accuracy().low(), entry.accuracy().high()))
                .toList());
        result.put("run", run);
        output.writeJson(result);
    }
}
