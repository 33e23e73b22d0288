package org.emfuse.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.experiment.Budget;
import org.emfuse.rl.experiment.Experiment;
import org.emfuse.rl.experiment.Method;
import org.emfuse.rl.experiment.ScoreTable;
import org.emfuse.rl.experiment.Task;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Three sites' logs of a pendulum, a model of each, their fusion, and a policy learned in it. */
@Command(name = "quickstart", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Fuses transition models of three sites' logs of a pendulum, and learns a policy in the sum.",
    "One site lets it hang, one balances it, one swings it up, all with noise. A transition model is "
            + "trained on each site's logs alone; their energies are summed; a policy learns in that simulator and "
            + "is scored in the real environment, beside policies learned in each single model, in one model of all "
            + "logs, and without a model.",
    ""}, footer = {"", "Examples:", "  emfuse rl quickstart",
        "  emfuse rl quickstart --budget cpu --output runs/pendulum"})
final class RlQuickstartCommand implements Callable<Integer> {

    private static final String ENVIRONMENT = "Pendulum-v1";

    @Option(names = "--budget", paramLabel = "NAME", defaultValue = "smoke", description = "smoke (six minutes) or cpu (an hour or two). Default: ${DEFAULT-VALUE}.")
    private String budget = "smoke";

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of everything random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--output", paramLabel = "FOLDER", description = "For data, models, policies and pictures; what is there already is not done again. Default: runs/quickstart-BUDGET-SEED.")
    @Nullable
    private Path folder;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        Path place = folder == null ? Path.of("runs", "quickstart-" + budget + "-" + seed) : folder;
        long began = System.nanoTime();
        Budget chosen = Budget.of(budget);
        Experiment experiment = new Experiment(place, chosen, List.of(ENVIRONMENT), List.of(seed),
                Method.headline(Task.of(ENVIRONMENT), chosen).stream().map(Method::id).toList());
        try (Interrupt interrupt = new Interrupt()) {
            if (!experiment.run(Runtime.getRuntime().availableProcessors(), interrupt,
                    new ExperimentProgress(output))) {
                output.notice("stopped; the same command goes on");
                return Failures.FAILURE;
            }
        }
        List<String> files = report(place);
        report(experiment, ScoreTable.of(experiment), files, (System.nanoTime() - began) / 1e9);
        return 0;
    }

    /** A machine without fonts cannot draw; the scores are worth something all the same. */
    private List<String> report(Path place) {
        try {
            return ReportCommand.written(place, place.resolve("report.html"), place.resolve("pictures"), output);
        } catch (IllegalStateException e) {
            output.notice("no report: " + e.getMessage());
            return List.of();
        }
    }

    private void report(Experiment experiment, ScoreTable scores, List<String> files, double seconds) {
        if (!output.jsonOnly()) {
            output.out().println("Scores in " + ENVIRONMENT + ": 0 is random, 100 a known good controller; budget "
                    + experiment.budget().name() + ", seed " + seed);
            output.out().print(ScoreText.of(scores));
            output.out().print(ScoreText.ofModelsAndData(scores));
            files.forEach(output.out()::println);
            output.out().println(String.format(Locale.ROOT, "%.0f s.", seconds)
                    + " One seed says little: emfuse rl table repeats this over seeds.");
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("results", scores.rows());
        result.put("gates", scores.gates());
        result.put("overlaps", scores.overlaps());
        result.put("budget", experiment.budget());
        result.put("seconds", seconds);
        result.put("files", files);
        result.put("run", RlRecord.of("rl quickstart", output.arguments(), seed,
                Map.of("environment", ENVIRONMENT, "budget", experiment.budget()), Map.of()));
        output.writeJson(result);
    }
}
