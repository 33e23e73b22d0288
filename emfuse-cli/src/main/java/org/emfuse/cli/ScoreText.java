package org.emfuse.cli;

import java.util.List;
import java.util.Locale;

import org.emfuse.rl.experiment.Gate;
import org.emfuse.rl.experiment.ScoreTable;

/** A table of scores as text. */
final class ScoreText {

    private ScoreText() {}

    /** Rows of one or more environments. */
    static String of(ScoreTable scores) {
        Table table = new Table("environment", "method", "return", "score", "95 %", "seeds", "");
        for (ScoreTable.Row row : scores.rows()) {
            double mean = row.returns().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
            table.add(row.env(), row.method(), number(mean), number(row.score()),
                    number(row.low()) + " to " + number(row.high()), seeds(row), row.description());
        }
        return table.toString();
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
