package org.emfuse.rl.report;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.StratifiedBootstrap;

/** What the template of reports fills in, in its order. Texts are plain; the template escapes them. */
record ReportPage(String title, List<MethodRow> methods, List<Chart> overview, List<Section> sections,
        List<RunDetails> details) {

    private static final StratifiedBootstrap BOOTSTRAP = StratifiedBootstrap.standard(0);

    /** Scores of a method over seeds. */
    record MethodRow(String env, String algorithm, String seeds, String iqm) {}

    /** One run; its algorithm is its group's name. */
    record RunRow(String name, String algorithm, String seed, String steps, String episodes, String mean,
            String score) {}

    /** A picture, base64 of a PNG on light and on dark ground. */
    record Chart(String title, String light, String dark) {

        static Chart of(Picture picture) {
            return of(picture.title(), picture.png(Scheme.LIGHT), picture.png(Scheme.DARK));
        }

        static Chart of(String title, byte[] light, byte[] dark) {
            Base64.Encoder base64 = Base64.getEncoder();
            return new Chart(title, base64.encodeToString(light), base64.encodeToString(dark));
        }
    }

    /** One environment. */
    record Section(String env, List<RunRow> runs, List<Chart> charts, List<Chart> updates, boolean hasUpdates) {}

    /** Settings and versions of one run. */
    record RunDetails(String name, List<Detail> entries) {}

    /** One of them. */
    record Detail(String name, String value) {}

    static ReportPage of(List<RunFolder> runs) {
        List<RunGroup> groups = RunGroup.of(runs);
        Map<String, List<RunGroup>> byEnv = new LinkedHashMap<>();
        groups.forEach(group -> byEnv.computeIfAbsent(group.env(), _ -> new ArrayList<>()).add(group));
        List<Section> sections = new ArrayList<>();
        byEnv.forEach((env, members) -> sections.add(section(env, members)));
        String title = runs.size() == 1
                ? "Training run " + runs.getFirst().name()
                : runs.size() + " training runs: " + String.join(", ", byEnv.keySet());
        return new ReportPage(title, methods(groups), overview(groups), sections, runs.stream()
                .filter(RunFolder::finished).map(ReportPage::details).toList());
    }

    private static List<MethodRow> methods(List<RunGroup> groups) {
        List<MethodRow> rows = new ArrayList<>();
        for (RunGroup group : groups) {
            group.score().ifPresent(score -> rows.add(new MethodRow(group.env(), group.name(),
                    Integer.toString(group.scores().length), text(score))));
        }
        byAlgorithm(groups).forEach((algorithm, scores) -> {
            if (scores.tasks().size() > 1) {
                String seeds = "at least " + scores.fewestSeeds();
                rows.add(new MethodRow("all " + scores.tasks().size() + ", pooled", algorithm, seeds,
                        text(BOOTSTRAP.estimate(scores, Aggregate.POOLED_IQM))));
                rows.add(new MethodRow("all " + scores.tasks().size() + ", mean of IQMs", algorithm, seeds,
                        text(BOOTSTRAP.estimate(scores, Aggregate.MEAN_OF_TASK_IQMS))));
            }
        });
        return rows;
    }

    /** The scores of algorithms over all environments; tasks with fewer than two seeds are left out. */
    private static Map<String, ScoreMatrix> byAlgorithm(List<RunGroup> groups) {
        Map<String, Map<String, double[]>> columns = new LinkedHashMap<>();
        for (RunGroup group : groups) {
            if (group.scores().length > 1) {
                columns.computeIfAbsent(group.name(), _ -> new LinkedHashMap<>()).put(group.env(), group.scores());
            }
        }
        Map<String, ScoreMatrix> matrices = new LinkedHashMap<>();
        columns.forEach((algorithm, scores) -> matrices.put(algorithm, ScoreMatrix.ofTasks(scores)));
        return matrices;
    }

    private static List<Chart> overview(List<RunGroup> groups) {
        List<IntervalBars.Bar> bars = new ArrayList<>();
        for (RunGroup group : groups) {
            group.score()
                    .ifPresent(score -> bars.add(new IntervalBars.Bar(group.env() + ", " + group.name(), score)));
        }
        return bars.size() < 2
                ? List.of()
                : List.of(Chart.of(new IntervalBars("Interquartile mean over seeds, 95 % interval",
                        "score: 0 random, 100 reference", bars.subList(0, Math.min(bars.size(), IntervalBars.MOST)))));
    }

    private static Section section(String env, List<RunGroup> groups) {
        List<RunRow> rows = groups.stream()
                .flatMap(group -> group.runs().stream().map(run -> row(run, group.name()))).toList();
        List<Chart> charts = new ArrayList<>();
        chart(env + ": score of evaluations", "score: 0 random, 100 reference", groups, "evaluation", "score")
                .ifPresent(charts::add);
        returns(env, groups).map(Chart::of).ifPresent(charts::add);
        List<Chart> updates = new ArrayList<>();
        groups.stream().flatMap(group -> group.names("update")).distinct().sorted().forEach(name -> {
            String words = name.replace('_', ' ');
            chart(env + ": " + words + " while learning", words + unit(name), groups, "update", name)
                    .ifPresent(updates::add);
        });
        return new Section(env, rows, charts, updates, !updates.isEmpty());
    }

    private static String unit(String name) {
        return name.equals("entropy") ? ", nats" : "";
    }

    private static Optional<Chart> chart(String title, String yTitle, List<RunGroup> groups, String kind, String name) {
        return curves(title, yTitle, groups, kind, name).map(Chart::of);
    }

    private static Optional<LearningCurves> curves(String title, String yTitle, List<RunGroup> groups, String kind,
            String name) {
        List<LearningCurves.Group> curves = groups.stream().map(group -> group.curves(kind, name))
                .flatMap(Optional::stream).toList();
        return curves.isEmpty() ? Optional.empty() : Optional.of(new LearningCurves(title, yTitle, curves));
    }

    /** The returns of all evaluations in one environment; empty where none was logged. */
    static Optional<LearningCurves> returns(String env, List<RunGroup> groups) {
        return curves(env + ": return of evaluations", "mean return of an episode", groups, "evaluation", "return");
    }

    private static RunRow row(RunFolder run, String algorithm) {
        return new RunRow(run.name(), algorithm, run.seed(),
                String.format(Locale.ROOT, "%,d%s", run.steps(), run.finished() ? "" : ", no result yet"),
                run.returns().length == 0 ? "–" : Integer.toString(run.returns().length),
                mean(run.env(), run.returns()),
                run.scores().length == 0 ? text(run.logged()) : mean(run.env(), run.scores()));
    }

    /** The mean over episodes, with its interval where there are several. */
    private static String mean(String env, double[] episodes) {
        return switch (episodes.length) {
            case 0 -> "–";
            case 1 -> number(episodes[0]);
            default -> text(BOOTSTRAP.estimate(ScoreMatrix.ofTask(env, episodes), Aggregate.MEAN));
        };
    }

    private static RunDetails details(RunFolder run) {
        List<Detail> entries = new ArrayList<>();
        run.details().forEach((name, value) -> entries.add(new Detail(name, value)));
        return new RunDetails(run.name(), entries);
    }

    private static String text(Estimate e) {
        String digits = Math.max(Math.abs(e.low()), Math.abs(e.high())) < 10 ? "%.3f" : "%.1f";
        return String.format(Locale.ROOT, "N [N, N]".replace("N", digits), e.value() + 0.0, e.low() + 0.0,
                e.high() + 0.0);
    }

    private static String text(OptionalDouble value) {
        return value.isPresent() ? number(value.getAsDouble()) : "–";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value + 0.0);
    }
}
