package org.emfuse.cli;

import java.util.List;
import java.util.Locale;

import org.emfuse.rl.experiment.Comparison;
import org.emfuse.rl.experiment.Gate;
import org.emfuse.rl.experiment.ScoreTable;
import org.emfuse.rl.experiment.Separation;
import org.emfuse.stats.Estimate;

/** A table of scores as text. */
final class ScoreText {

    private static final String OVERALL = "the interquartile mean of all scores together, and the mean over environments"
            + " of each one's";
    private static final String COMPARED = "difference of the interquartile means of fused methods and others, and how often"
            + " a seed of the fused one scores higher (of one seed: an episode); separated where the interval of the"
            + " difference excludes 0";

    private ScoreText() {}

    /** Rows of one or more environments. */
    static String of(ScoreTable scores) {
        return of(scores.rows());
    }

    /** Rows of each environment of tasks that are scored in several; empty without such a task. */
    static String ofEachEnvironment(ScoreTable scores) {
        return scores.each().isEmpty() ? "" : "In each environment alone:\n" + of(scores.each());
    }

    private static String of(List<ScoreTable.Row> rows) {
        Table table = new Table("environment", "method", "return", "score", "95 %", "seeds", "");
        for (ScoreTable.Row row : rows) {
            double mean = row.returns().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
            table.add(row.env(), row.method(), number(mean), number(row.score()),
                    interval(new Estimate(row.score(), row.low(), row.high()), "%.1f"), seeds(row), row.description());
        }
        return table.toString();
    }

    /** Methods over all environments; empty where there is one only. */
    static String ofAllEnvironments(ScoreTable scores) {
        if (scores.overall().isEmpty()) {
            return "";
        }
        Table table = new Table("environment", "method", "pooled", "95 %", "mean of environments", "95 %", "seeds", "");
        scores.overall().forEach(all -> table.add("all", all.method(), number(all.pooled().value()),
                interval(all.pooled(), "%.1f"), number(all.mean().value()), interval(all.mean(), "%.1f"),
                Integer.toString(all.seeds().size()), all.description()));
        return "Methods that all environments have with the same seeds: " + OVERALL + ":\n" + table;
    }

    /** Each fused method against the others, and in one line what it is separated from. */
    static String ofComparisons(ScoreTable scores) {
        StringBuilder text = new StringBuilder();
        for (String env : scores.comparisons().stream().map(Comparison::env).distinct().toList()) {
            Table table = new Table("fused", "against", "difference", "95 %", "higher", "95 %", "seeds", "separated");
            scores.comparisons().stream().filter(each -> each.env().equals(env))
                    .forEach(each -> table.add(each.method(),
                            each.other(), number(each.difference().value()), interval(each.difference(), "%.1f"),
                            String.format(Locale.ROOT, "%.2f", each.probability().value()),
                            interval(each.probability(), "%.2f"), Integer.toString(each.seeds().size()),
                            each.separated() ? "yes" : "no"));
            text.append(env).append(": ").append(COMPARED).append(":\n").append(table);
        }
        Separation.of(scores.comparisons())
                .forEach(each -> text.append(each.env()).append(": ").append(each.text()).append(".\n"));
        return text.toString();
    }

    private static String interval(Estimate estimate, String number) {
        return String.format(Locale.ROOT, number + " to " + number, estimate.low() + 0.0, estimate.high() + 0.0);
    }

    /** The errors of the models that the policies learned in, and how much of each domain the others' data cover. */
    static String ofModelsAndData(ScoreTable scores) {
        StringBuilder text = new StringBuilder();
        if (!scores.gates().isEmpty()) {
            Table table = new Table("environment", "model", "worst state", "reward", "good enough", "seeds");
            scores.gates().forEach(gate -> table.add(gate.env(), gate.model(), error(gate.worstState()),
                    error(gate.reward()), gate.met() ? "yes" : "no", Integer.toString(gate.seeds().size())));
            text.append("Errors of models after one step on data kept apart, in standard deviations; at most ")
                    .append(Gate.MOST_STATE).append(" for a state and ").append(Gate.MOST_REWARD)
                    .append(" for the reward are good enough:\n").append(table);
        }
        if (!scores.overlaps().isEmpty()) {
            Table table = new Table("environment", "states of", "covered by", "share", "least in");
            scores.overlaps().forEach(overlap -> table.add(overlap.env(), overlap.coverage().covered(),
                    overlap.coverage().by(), String.format(Locale.ROOT, "%.2f", overlap.coverage().value()),
                    String.join(", ", overlap.coverage().leastPair())));
            text.append("Overlap of the domains:\n").append(table);
        }
        return text.toString();
    }

    private static String error(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String seeds(ScoreTable.Row row) {
        return row.seeds().size() + (row.missing().isEmpty() ? "" : " (missing " + list(row.missing()) + ")");
    }

    private static String list(List<Long> seeds) {
        return String.join(", ", seeds.stream().map(String::valueOf).toList());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
