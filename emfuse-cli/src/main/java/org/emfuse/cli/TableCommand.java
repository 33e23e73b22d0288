package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.env.Names;
import org.emfuse.rl.experiment.Budget;
import org.emfuse.rl.experiment.CellTime;
import org.emfuse.rl.experiment.Experiment;
import org.emfuse.rl.experiment.ExperimentFolder;
import org.emfuse.rl.experiment.FailedCells;
import org.emfuse.rl.experiment.Method;
import org.emfuse.rl.experiment.ScoreTable;
import org.emfuse.rl.experiment.Task;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares methods over environments and seeds, cell by cell. */
@Command(name = "table", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Scores of policies by several methods over environments and seeds.",
    "Each environment has three domains of logs by scripted controllers; models, policies and scores are "
            + "cells whose results stay in the folder. Ctrl-C stops; the same command goes on, with more seeds or "
            + "methods too.",
    ""}, footer = {"",
        "Examples:",
        "  emfuse rl table --envs Pendulum-v1 --seeds 1..5 --budget cpu --output runs/table",
        "  emfuse rl table --envs Pendulum-v1,PointMass2D-v0 --seeds 1 --budget smoke --output runs/smoke"})
final class TableCommand implements Callable<Integer> {

    @Option(names = "--envs", paramLabel = "ID", split = ",", defaultValue = "Pendulum-v1", description = "Environments with domains: Pendulum-v1, PointMass2D-v0; Pendulum-v1-shifted, whose domains differ in their dynamics and are all scored in. Default: ${DEFAULT-VALUE}.")
    private List<String> environments = List.of();

    @Option(names = "--seeds", paramLabel = "A..B", defaultValue = "1", description = "A seed, several (1,2,5) or a range (1..5). Default: ${DEFAULT-VALUE}.")
    private String seeds = "1";

    @Option(names = "--methods", paramLabel = "M", split = ",", description = "Which to compare; expert stands for all single experts. Default: all but etm-ensembles:5 and etm-ensembles:7.")
    private List<String> methods = List.of();

    @Option(names = "--budget", paramLabel = "NAME", defaultValue = "cpu", description = "smoke (minutes), cpu (an hour or two per seed), paper (days on a GPU). Default: ${DEFAULT-VALUE}.")
    private String budget = "cpu";

    @Option(names = "--penalty", paramLabel = "C", description = "What uncertainty costs, in standard deviations of the reward per usual uncertainty. Default: the budget's.")
    @Nullable
    private Double penalty;

    @Option(names = "--horizon", paramLabel = "H", description = "Steps of a rollout. Default: the budget's.")
    @Nullable
    private Integer horizon;

    @Option(names = "--next", paramLabel = "N", description = "Which prediction of a model of slices a trajectory goes on with: that of a random slice, one-step, the mean, or noisy (a random slice's, with noise). Default: the budget's.")
    @Nullable
    private String next;

    @Option(names = "--real-share", paramLabel = "X", description = "Share of a policy's batches that is logged transitions. Default: the budget's, 0.")
    @Nullable
    private Double realShare;

    @Option(names = "--jobs", paramLabel = "N", description = "Cells at a time. Default: one per processor.")
    @Nullable
    private Integer jobs;

    @Option(names = "--output", required = true, paramLabel = "FOLDER", description = "For everything.")
    private Path folder = Path.of("");

    @Option(names = "--show", description = "Only show what is there, of the budget that is there.")
    private boolean show;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        Budget chosen = show ? shown() : chosen();
        Experiment experiment = new Experiment(folder, chosen, environments, seedsOf(seeds),
                methods(chosen));
        boolean whole = true;
        FailedCells failed = null;
        if (!show) {
            try (Interrupt interrupt = new Interrupt()) {
                whole = experiment.run(jobs == null ? Runtime.getRuntime().availableProcessors() : jobs, interrupt,
                        new ExperimentProgress(output));
            } catch (FailedCells e) {
                failed = e;
            }
        }
        report(experiment, ScoreTable.of(experiment));
        if (failed != null) {
            throw failed;
        }
        if (!whole) {
            output.notice("stopped; the same command goes on");
            return Failures.FAILURE;
        }
        return 0;
    }

    private Budget chosen() {
        Budget chosen = Budget.of(budget);
        chosen = penalty == null ? chosen : chosen.withPenalty(penalty);
        chosen = horizon == null ? chosen : chosen.withHorizon(horizon);
        chosen = next == null ? chosen : chosen.withNext(PredictionRule.Next.of(next));
        return realShare == null ? chosen : chosen.withRealShare(realShare);
    }

    /** The folder's budget; options that say another one are refused. */
    private Budget shown() {
        Budget found = ExperimentFolder.budget(folder);
        List<String> others = new ArrayList<>();
        differing("--budget", budget, found.name(), others);
        differing("--penalty", penalty, found.penalty(), others);
        differing("--horizon", horizon, found.horizon(), others);
        differing("--next", next, found.next().id(), others);
        differing("--real-share", realShare, found.realShare(), others);
        if (!others.isEmpty()) {
            throw new IllegalArgumentException("the folder " + folder + " holds results of another budget: "
                    + String.join("; ", others)
                    + "; leave these options out to see what is there, or name another folder");
        }
        return found;
    }

    private void differing(String option, @Nullable Object asked, Object found, List<String> others) {
        if (output.given(option) && !found.equals(asked)) {
            others.add(option + " is " + found + " there, found " + asked);
        }
    }

    private List<String> methods(Budget chosen) {
        Set<String> known = new LinkedHashSet<>(List.of("expert"));
        Set<String> usual = new LinkedHashSet<>();
        environments.forEach(env -> {
            Method.known(Task.of(env), chosen).forEach(method -> known.add(method.id()));
            Method.all(Task.of(env), chosen).forEach(method -> usual.add(method.id()));
        });
        methods.forEach(method -> Names.known("method", method, known));
        return methods.isEmpty() ? List.copyOf(usual) : methods;
    }

    /** Seeds as they are written: {@code 1}, {@code 1,2,5} or {@code 1..5}. */
    static List<Long> seedsOf(String text) {
        List<Long> seeds = new ArrayList<>();
        try {
            for (String part : text.split(",", -1)) {
                String[] ends = part.strip().split("\\.\\.", -1);
                long first = Long.parseLong(ends[0]);
                long last = Long.parseLong(ends[ends.length - 1]);
                if (ends.length > 2 || last < first || last - first >= 1000) {
                    throw new NumberFormatException(part);
                }
                for (long seed = first; seed <= last; seed++) {
                    seeds.add(seed);
                }
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "seeds are written 1, 1,2,5 or 1..5 (at most 1000), found '" + text + "'",
                    e);
        }
        return seeds.stream().distinct().toList();
    }

    private void report(Experiment experiment, ScoreTable scores) {
        Optional<CellTime> longest = CellTime.longest(experiment);
        if (!output.jsonOnly()) {
            output.out().println("Budget " + experiment.budget());
            output.out().print(ScoreText.of(scores));
            output.out().print(ScoreText.ofEachEnvironment(scores));
            output.out().print(ScoreText.ofAllEnvironments(scores));
            output.out().print(ScoreText.ofComparisons(scores));
            output.out().print(ScoreText.ofModelsAndData(scores));
            longest.ifPresent(time -> output.out().println(String.format(Locale.ROOT,
                    "Longest cell: %s, %.0f s of work over all its starts.", time.cell(), time.seconds())));
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("results", scores.rows());
        result.put("each", scores.each());
        result.put("overall", scores.overall());
        result.put("comparisons", scores.comparisons());
        result.put("gates", scores.gates());
        result.put("overlaps", scores.overlaps());
        longest.ifPresent(time -> result.put("longestCell", time));
        result.put("budget", experiment.budget());
        result.put("run", RlRecord.of("rl table", output.arguments(), experiment.seeds().getFirst(),
                Map.of("environments", experiment.environments(), "seeds", experiment.seeds(), "methods",
                        experiment.methods()),
                Map.of()));
        output.writeJson(result);
    }
}
