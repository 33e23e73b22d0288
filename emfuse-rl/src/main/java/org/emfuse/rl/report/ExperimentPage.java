package org.emfuse.rl.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.emfuse.rl.experiment.Budget;
import org.emfuse.rl.experiment.Comparison;
import org.emfuse.rl.experiment.ExperimentFolder;
import org.emfuse.rl.experiment.Method;
import org.emfuse.rl.experiment.OverallScore;
import org.emfuse.rl.experiment.ScoreTable;
import org.emfuse.rl.experiment.Task;
import org.emfuse.rl.experiment.Separation;
import org.emfuse.stats.Estimate;

/** What the template of an experiment's page fills in, in its order. Texts are plain; the template escapes them. */
record ExperimentPage(String title, List<String> problems, List<ScoreRow> scores, List<ScoreRow> each,
        List<OverallRow> overall,
        List<ComparisonRow> comparisons, List<String> separations, List<ReportPage.Chart> charts, String simulators,
        List<ReportPage.Chart> simulatorCharts, List<ErrorRow> errors, int steps, int segments, List<CostRow> costs,
        String budgetName, List<ReportPage.Detail> budget) {

    /** One method's score in one environment. */
    record ScoreRow(String env, String method, String description, String returns, String score, String seeds) {}

    /** One method's score over all environments. */
    record OverallRow(String method, String description, String pooled, String mean, int seeds) {}

    /** A fused method against another one. */
    record ComparisonRow(String env, String method, String other, String difference, String probability, int seeds,
            String separated) {}

    /** Errors of one simulator on one domain's logs. */
    record ErrorRow(String domain, String simulator, String one, String five, String ten, String fifty,
            String spearman) {}

    /**
     * Puts the page together.
     *
     * @param charts of results
     * @param simulators charts of simulators
     * @param place of which the simulators' pictures are: environment and seed; empty without
     */
    static ExperimentPage of(ExperimentFolder folder, ExperimentRuns runs, ScoreTable scores,
            List<ReportPage.Chart> charts, List<ReportPage.Chart> simulators, List<SimulatorPictures.Errors> errors,
            String place) {
        Budget budget = folder.experiment().budget();
        List<CostRow> costs = new ArrayList<>();
        for (String env : folder.experiment().environments()) {
            for (Method method : Method.known(Task.of(env), folder.experiment().budget())) {
                CostRow row = CostRow.of(folder, runs, env, method);
                if (!(row.parameters() + row.policySeconds()).equals(CostRow.MISSING + CostRow.MISSING)) {
                    costs.add(row);
                }
            }
        }
        List<ReportPage.Detail> details = new ArrayList<>();
        folder.budget().forEach((name, value) -> details.add(new ReportPage.Detail(words(name), value)));
        return new ExperimentPage("Experiment " + Objects.requireNonNullElse(
                folder.experiment().folder().toAbsolutePath().normalize().getFileName(), "") + ": "
                + String.join(", ", folder.experiment().environments()), List.copyOf(runs.problems()),
                scores.rows().stream().map(ExperimentPage::row).toList(),
                scores.each().stream().map(ExperimentPage::row).toList(),
                scores.overall().stream().map(ExperimentPage::row).toList(),
                scores.comparisons().stream().map(ExperimentPage::row).toList(),
                Separation.of(scores.comparisons()).stream().map(each -> each.env() + ": " + each.text() + ".")
                        .toList(),
                charts, place,
                simulators, errors.stream().map(ExperimentPage::row).toList(),
                SimulatorPictures.STEPS, SimulatorPictures.SEGMENTS, costs, budget.name(), details);
    }

    /** {@code "policy updates"} of {@code "policyUpdates"}. */
    private static String words(String name) {
        return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    private static ScoreRow row(ScoreTable.Row row) {
        double mean = row.returns().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        String missing = row.missing().isEmpty()
                ? ""
                : " (missing " + String.join(", ", row.missing().stream().map(String::valueOf).toList()) + ")";
        return new ScoreRow(row.env(), row.method(), row.description(), number("%.1f", mean),
                number("%.1f", new Estimate(row.score(), row.low(), row.high())),
                row.seeds().size() + missing);
    }

    private static OverallRow row(OverallScore score) {
        return new OverallRow(score.method(), score.description(), number("%.1f", score.pooled()),
                number("%.1f", score.mean()), score.seeds().size());
    }

    private static ComparisonRow row(Comparison comparison) {
        return new ComparisonRow(comparison.env(), comparison.method(), comparison.other(),
                number("%.1f", comparison.difference()), number("%.2f", comparison.probability()),
                comparison.seeds().size(), comparison.separated() ? "yes" : "no");
    }

    private static ErrorRow row(SimulatorPictures.Errors errors) {
        double[] states = errors.loop().states();
        return new ErrorRow(errors.domain(), errors.simulator(), number("%.3f", errors.step().states()[0]),
                number("%.3f", states[1]), number("%.3f", states[2]), number("%.3f", states[3]),
                number("%.2f", errors.step().correlation()));
    }

    private static String number(String format, Estimate value) {
        return number(format, value.value()) + " [" + number(format, value.low()) + ", " + number(format, value.high())
                + "]";
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? CostRow.MISSING : String.format(Locale.ROOT, format, value + 0.0);
    }

    /** The same curve of several groups of runs, at most eight in a picture: colours repeat after that. */
    static Map<String, Picture> curves(String file, String title, String xTitle, String yTitle, String kind,
            String name, Map<String, Map<Long, RunFolder>> runs) {
        List<LearningCurves.Group> groups = new ArrayList<>();
        runs.forEach((group, bySeed) -> new RunGroup("", group, List.copyOf(bySeed.values())).curves(kind, name)
                .ifPresent(groups::add));
        Map<String, Picture> pictures = new LinkedHashMap<>();
        int most = 8;
        for (int from = 0; from < groups.size(); from += most) {
            pictures.put(from == 0 ? file : file + "-" + (from / most + 1), new LearningCurves(title, xTitle, yTitle,
                    groups.subList(from, Math.min(groups.size(), from + most))));
        }
        return pictures;
    }
}
