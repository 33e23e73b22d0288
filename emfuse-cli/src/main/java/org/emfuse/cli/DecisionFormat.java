package org.emfuse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.emfuse.llm.eval.Decision;
import org.emfuse.llm.eval.DecisionRow;

/** How decisions are written. */
enum DecisionFormat {

    /** One JSON object per line. */
    JSON {
        @Override
        String heading() {
            return "";
        }

        @Override
        String of(DecisionRow row, Decision decision) {
            return Json.LINES.writeValueAsString(decision) + "\n";
        }
    },

    /** One line per row, method and option. */
    CSV {
        @Override
        String heading() {
            return "id,method,option,choice,probability,chosen,logZ\n";
        }

        @Override
        String of(DecisionRow row, Decision decision) {
            StringBuilder text = new StringBuilder();
            try (CSVPrinter csv = new CSVPrinter(text, CSVFormat.RFC4180.builder().setRecordSeparator('\n').get())) {
                for (Map.Entry<String, double[]> method : probabilities(decision).entrySet()) {
                    double[] p = method.getValue();
                    int chosen = decision.choices().getOrDefault(method.getKey(), -1);
                    for (int k = 0; k < p.length; k++) {
                        csv.printRecord(row.id(), method.getKey(), k, row.choices().get(k), p[k], k == chosen,
                                decision.logZ());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("a text in memory could not be written", e);
            }
            return text.toString();
        }
    },

    /** A table for people: options down, experts and methods across. */
    TABLE {
        @Override
        String heading() {
            return "";
        }

        @Override
        String of(DecisionRow row, Decision decision) {
            Map<String, double[]> columns = probabilities(decision);
            List<String> headings = new ArrayList<>(List.of("option"));
            headings.addAll(columns.keySet());
            Table table = new Table(headings.toArray(String[]::new));
            Map<String, Integer> chosen = decision.choices();
            for (int k = 0; k < row.choices().size(); k++) {
                List<String> cells = new ArrayList<>(List.of(Controls.line(row.choices().get(k))));
                for (Map.Entry<String, double[]> column : columns.entrySet()) {
                    cells.add(String.format(Locale.ROOT, "%.4f%s", column.getValue()[k],
                            chosen.getOrDefault(column.getKey(), -1) == k ? " *" : ""));
                }
                table.add(cells.toArray(String[]::new));
            }
            String known = decision.answer() == null
                    ? ""
                    : ", right: " + Controls.line(row.choices().get(decision.answer()));
            return String.format(Locale.ROOT, "%s: %s%s%n%n%s%nDisagreement of the experts at the first token:"
                    + " -log Z = %.4f nats%n%n", Controls.line(row.id()),
                    Controls.line(row.choices().get(decision.choice())), known,
                    table,
                    -decision.logZ() + 0.0);
        }
    };

    /** What goes before the first decision. */
    abstract String heading();

    /** One decision, with its line ends. */
    abstract String of(DecisionRow row, Decision decision);

    private static Map<String, double[]> probabilities(Decision decision) {
        Map<String, double[]> columns = new LinkedHashMap<>();
        boolean alone = decision.methods().keySet().stream().anyMatch(name -> name.startsWith(Decision.EXPERT));
        if (!alone) {
            decision.experts().forEach((name, p) -> columns.put(Decision.EXPERT + name, p));
        }
        decision.methods().forEach((name, answer) -> columns.put(name, answer.probabilities()));
        return columns;
    }
}
