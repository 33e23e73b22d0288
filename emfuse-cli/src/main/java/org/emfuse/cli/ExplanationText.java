package org.emfuse.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.emfuse.llm.Explanation;
import org.emfuse.llm.decode.Step;

/** Explanations for a terminal: one line per token, with every expert's energy and the sum. */
final class ExplanationText {

    private final List<String> experts;
    private final boolean colours;

    ExplanationText(List<String> experts, boolean colours) {
        this.experts = experts;
        this.colours = colours;
    }

    /** All tokens of a text. */
    String of(List<Step> steps) {
        List<Explanation> explanations = steps.stream().flatMap(step -> Stream.ofNullable(step.explanation())).toList();
        if (explanations.isEmpty()) {
            return "  (no token was generated)\n";
        }
        String rule = explanations.getFirst().rule();
        String[] headings = new String[experts.size() + 5];
        headings[0] = "  token";
        for (int i = 0; i < experts.size(); i++) {
            headings[1 + i] = experts.get(i) + (rule.equals("none") ? "" : " λ·E=λE");
        }
        headings[experts.size() + 1] = "+ log Z";
        headings[experts.size() + 2] = "= E";
        headings[experts.size() + 3] = rule.equals("emselect") ? "selected" : "driven by";
        headings[experts.size() + 4] = "alternatives (E)";
        Table table = new Table(headings);
        explanations.forEach(explanation -> table.add(cells(explanation)));
        return legend(rule) + coloured(table.toString(), explanations);
    }

    private String[] cells(Explanation e) {
        String[] cells = new String[experts.size() + 5];
        cells[0] = "  " + visible(e.label());
        for (int i = 0; i < experts.size(); i++) {
            Explanation.Term term = e.terms().get(i);
            cells[1 + i] = e.terms().size() == 1
                    ? nats(term.energy())
                    : String.format(Locale.ROOT, "%.2f·%s=%s", term.lambda(), nats(term.energy()),
                            nats(term.weighted()));
        }
        boolean sums = e.rule().equals("additive") || e.rule().equals("none");
        cells[experts.size() + 1] = sums ? nats(e.logZ()) : "-";
        cells[experts.size() + 2] = nats(e.energy());
        cells[experts.size() + 3] = e.driver() < 0 ? "-" : experts.get(e.driver());
        cells[experts.size() + 4] = e.alternatives().stream()
                .map(other -> visible(other.label()) + " " + nats(other.energy())).collect(Collectors.joining(", "));
        return cells;
    }

    private static String legend(String rule) {
        return switch (rule) {
            case "additive" -> "  Energies E = -log p in nats, low is likely. The terms λ·E and log Z add up to E.\n\n";
            case "emselect" -> "  Energies E = -log p in nats, low is likely. E is that of the selected expert.\n\n";
            case "mixture" -> "  Energies E = -log p in nats, low is likely. E is -log Σ λ·exp(-E_i).\n\n";
            default -> "  Energies E = -log p in nats, low is likely.\n\n";
        };
    }

    private String coloured(String table, List<Explanation> explanations) {
        if (!colours) {
            return table;
        }
        List<String> lines = table.lines().toList();
        StringBuilder text = new StringBuilder(lines.getFirst()).append('\n');
        for (int k = 1; k < lines.size(); k++) {
            int driver = k <= explanations.size() ? explanations.get(k - 1).driver() : -1;
            text.append(driver < 0
                    ? lines.get(k)
                    : Colours.of(driver, lines.get(k))).append('\n');
        }
        return text.toString();
    }

    /** Energies with two decimals; what is impossible is ∞. */
    private static String nats(double energy) {
        return Double.isInfinite(energy) ? (energy > 0 ? "∞" : "-∞") : String.format(Locale.ROOT, "%.2f", energy + 0.0);
    }

    /** White space and controls made visible, so that tokens can be told apart. */
    static String visible(String label) {
        return Controls.line(label.replace(' ', '␣'));
    }
}
