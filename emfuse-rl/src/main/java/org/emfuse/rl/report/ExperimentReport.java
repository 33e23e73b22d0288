package org.emfuse.rl.report;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.emfuse.record.WholeFile;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.experiment.Budget;
import org.emfuse.rl.experiment.Domain;
import org.emfuse.rl.experiment.ExperimentFolder;
import org.emfuse.rl.experiment.Model;
import org.emfuse.rl.experiment.ScoreTable;
import org.emfuse.rl.experiment.Task;
import org.emfuse.stats.Estimate;

/**
 * An experiment as a page that needs nothing else, and as pictures: scores, learning curves, what the simulators of the first
 * environment and seed with all models do, and what everything cost. What is not there yet, or cannot be read, is left out and
 * named. Equal folders give equal bytes on one machine.
 */
public final class ExperimentReport {

    private final Map<String, Drawn> pictures;
    private final ExperimentPage page;

    private ExperimentReport(Map<String, Drawn> pictures, ExperimentPage page) {
        this.pictures = pictures;
        this.page = page;
    }

    /**
     * Reads an experiment's folder and computes what is to be shown: half a minute.
     *
     * @throws IllegalArgumentException if it is not the folder of an experiment
     * @throws IllegalStateException if the machine has no font to draw pictures with
     */
    public static ExperimentReport of(Path path) {
        Fonts.require();
        ExperimentFolder folder = ExperimentFolder.read(path);
        ExperimentRuns runs = ExperimentRuns.read(folder);
        ScoreTable scores = runs.scores(folder.experiment());
        Map<String, Picture> results = new LinkedHashMap<>();
        List<String> environments = folder.experiment().environments();
        for (String env : environments) {
            String end = environments.size() == 1 ? "" : "-" + env;
            bars(env, scores, "scores" + end, results);
            results.putAll(ExperimentPage.curves("curves" + end, env + ": score of evaluations on the way",
                    "policy updates", "score: 0 random, 100 reference", "evaluation", "score",
                    runs.policies().getOrDefault(env, Map.of())));
            results.putAll(ExperimentPage.curves("models" + end, env + ": error of the models on data kept apart",
                    "training updates", "error, standard deviations of the targets", "hold-out", "mean",
                    runs.models().getOrDefault(env, Map.of())));
        }
        Shown shown = shown(folder, runs.problems());
        Map<String, Drawn> all = drawn(results);
        Map<String, Drawn> simulators = drawn(shown.simulators.pictures());
        ExperimentPage page = ExperimentPage.of(folder, runs, scores, charts(all), charts(simulators),
                shown.simulators.errors(), shown.place);
        all.putAll(simulators);
        return new ExperimentReport(all, page);
    }

    /** A picture on light and on dark ground. */
    private record Drawn(String title, byte[] light, byte[] dark) {}

    private static Map<String, Drawn> drawn(Map<String, Picture> pictures) {
        Map<String, Drawn> drawn = new LinkedHashMap<>();
        pictures.forEach((name, picture) -> drawn.put(name,
                new Drawn(picture.title(), picture.png(Scheme.LIGHT), picture.png(Scheme.DARK))));
        return drawn;
    }

    private static List<ReportPage.Chart> charts(Map<String, Drawn> pictures) {
        return pictures.values().stream()
                .map(drawn -> ReportPage.Chart.of(drawn.title, drawn.light, drawn.dark)).toList();
    }

    private static void bars(String env, ScoreTable scores, String file, Map<String, Picture> pictures) {
        List<IntervalBars.Bar> bars = scores.rows().stream().filter(row -> row.env().equals(env))
                .map(row -> new IntervalBars.Bar(row.method(), new Estimate(row.score(), row.low(), row.high())))
                .toList();
        for (int from = 0; from < bars.size(); from += IntervalBars.MOST) {
            pictures.put(from == 0 ? file : file + "-" + (from / IntervalBars.MOST + 1),
                    new IntervalBars(env + ": score, 95 % interval", "score: 0 random, 100 reference",
                            bars.subList(from, Math.min(bars.size(), from + IntervalBars.MOST))));
        }
    }

    /** Pictures of simulators, and the place that they are of; empty where no place has all experts. */
    private record Shown(String place, SimulatorPictures simulators) {}

    /** Looks first for a place with all models, then for one with all experts. */
    private static Shown shown(ExperimentFolder folder, List<String> problems) {
        for (boolean pooled : new boolean[]{true, false}) {
            for (String env : folder.experiment().environments()) {
                for (long seed : folder.experiment().seeds()) {
                    if (complete(folder, env, seed, pooled)) {
                        try {
                            return new Shown(env + ", seed " + seed, drawn(folder, env, seed, pooled));
                        } catch (IllegalArgumentException | UncheckedIOException e) {
                            problems.add("the simulators of " + env + ", seed " + seed + ", cannot be shown: "
                                    + e.getMessage());
                            return new Shown("", new SimulatorPictures(Map.of(), List.of()));
                        }
                    }
                }
            }
        }
        return new Shown("", new SimulatorPictures(Map.of(), List.of()));
    }

    private static Path model(ExperimentFolder folder, String env, long seed, String name) {
        return folder.model(env, seed, name).resolve("model.safetensors");
    }

    private static boolean complete(ExperimentFolder folder, String env, long seed, boolean pooled) {
        List<Path> files = new ArrayList<>();
        for (Domain domain : Task.of(env).domains()) {
            files.add(folder.data(env, seed, domain.name()));
            files.add(model(folder, env, seed, domain.name()));
        }
        if (pooled) {
            files.add(model(folder, env, seed, Model.POOLED));
        }
        return files.stream().allMatch(Files::isRegularFile);
    }

    private static SimulatorPictures drawn(ExperimentFolder folder, String env, long seed, boolean pooled) {
        Map<String, Transitions> data = Task.of(env).domains().stream().map(Domain::name)
                .collect(Collectors.toMap(Function.identity(),
                        name -> D4rlFile.read(folder.data(env, seed, name)).transitions(), (a, _) -> a,
                        LinkedHashMap::new));
        List<Path> experts = data.keySet().stream().map(name -> model(folder, env, seed, name)).toList();
        Map<String, Path> more = pooled
                ? Map.of(Model.POOLED, model(folder, env, seed, Model.POOLED))
                : Map.of();
        Budget budget = folder.experiment().budget();
        return SimulatorPictures.of(data, experts, more, budget.prediction(), budget.next(), seed);
    }

    /** The page, HTML. */
    public String html() {
        return Templates.fill("experiment.mustache", page);
    }

    /**
     * Writes the page; a file of that name is replaced.
     *
     * @throws UncheckedIOException if it cannot be written; then nothing is left behind
     */
    public void write(Path file) {
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException("the report " + file + " would replace a folder; name a file");
        }
        WholeFile.write(file, html());
    }

    /**
     * Writes the pictures as PNG files on white ground; files of those names are replaced.
     *
     * @param folder that exists
     * @return the files, in the order of the page
     * @throws UncheckedIOException if one cannot be written
     */
    public List<Path> draw(Path folder) {
        List<Path> files = new ArrayList<>();
        pictures.forEach((name, drawn) -> {
            Path file = folder.resolve(name + ".png");
            WholeFile.write(file, drawn.light);
            files.add(file);
        });
        return files;
    }

    /** What could not be read, and why. */
    public List<String> problems() {
        return page.problems();
    }
}
