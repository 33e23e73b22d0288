package org.emfuse.cli;

import java.util.List;
import java.util.Locale;

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
