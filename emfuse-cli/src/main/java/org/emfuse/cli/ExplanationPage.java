package org.emfuse.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.text.StringEscapeUtils;
import org.emfuse.llm.Explanation;
import org.emfuse.llm.decode.Step;

/** Explanations as one HTML page that needs nothing else: the text, coloured by who drove each token, and the sums. */
final class ExplanationPage {

    /** Backgrounds that dark text reads well on, for people with colour blindness too. */
    private static final List<String> COLOURS = List.of("#a6d8f0", "#f7c6a3", "#b9e3b4", "#e6c3ea", "#f3e38f",
            "#d0d0f0");
    private static final String NEUTRAL = "#ececec";

    private ExplanationPage() {}

    /** The page. */
    static String of(String prompt, List<String> experts, List<Step> steps) {
        List<Explanation> explanations = steps.stream().flatMap(step -> Stream.ofNullable(step.explanation()))
                .toList();
        String rule = explanations.isEmpty() ? "none" : explanations.getFirst().rule();
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Why this text</title>
                <style>
                body { font: 16px/1.6 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
                       color: #1b1b1b; background: #fff; }
                .text { font-size: 1.15rem; white-space: pre-wrap; padding: 1rem; border: 1px solid #ccc; border-radius: .5rem; }
                .text a { color: inherit; text-decoration: none; border-radius: .2rem; }
                .text a:hover, .text a:focus, tr:target { outline: 2px solid #333; }
                .key span { padding: .1rem .5rem; border-radius: .2rem; margin-right: .5rem; }
                table { border-collapse: collapse; font-size: .9rem; }
                th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #ddd; }
                th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
                .wide { overflow-x: auto; }
                </style>
                </head>
                <body>
                <h1>Why this text</h1>
                <p><strong>Prompt:</strong> %s</p>
                <p class="key">Rule: <strong>%s</strong>. A token's colour says which expert %s it. %s</p>
                <p class="text">%s</p>
                <p>%s Energies are -log p in nats: 0 is certain, each 0.69 halves the probability.</p>
                <div class="wide"><table>
                %s
                %s
                </table></div>
                </body>
                </html>
                """
                .formatted(escaped(prompt), rule, rule.equals("emselect") ? "was selected for" : "drove",
                        key(experts), text(explanations), formula(rule), headings(experts),
                        rows(experts, explanations));
    }

    private static String escaped(String text) {
        return StringEscapeUtils.escapeHtml4(text);
    }

    private static String colour(int driver) {
        return driver < 0 ? NEUTRAL : COLOURS.get(driver % COLOURS.size());
    }

    private static String key(List<String> experts) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < experts.size(); i++) {
            key.append("<span style='background:%s'>%s</span>".formatted(colour(i),
                    escaped(experts.get(i))));
        }
        return key + "<span style='background:%s'>too close to call</span>".formatted(NEUTRAL);
    }

    private static String text(List<Explanation> explanations) {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < explanations.size(); k++) {
            Explanation e = explanations.get(k);
            text.append("<a href='#t%d' title='%s' style='background:%s'>%s</a>".formatted(k,
                    escaped(nats(e.energy()) + " nats").replace("'", "&#39;"), colour(e.driver()),
                    escaped(e.label())));
        }
        return text.toString();
    }

    private static String formula(String rule) {
        return switch (rule) {
            case "additive" -> "E = Σ λ·E<sub>i</sub> + log Z.";
            case "emselect" -> "E is the energy under the selected expert.";
            case "mixture" -> "E = -log Σ λ·exp(-E<sub>i</sub>).";
            default -> "";
        };
    }

    private static String headings(List<String> experts) {
        return "<tr><th>token</th>" + experts.stream()
                .map(expert -> "<th>" + escaped(expert) + " E</th><th>λ</th><th>λ·E</th>")
                .collect(Collectors.joining()) + "<th>log Z</th><th>E</th><th>alternatives (E)</th></tr>";
    }

    private static String rows(List<String> experts, List<Explanation> explanations) {
        StringBuilder rows = new StringBuilder();
        for (int k = 0; k < explanations.size(); k++) {
            Explanation e = explanations.get(k);
            rows.append("<tr id='t%d'><td style='background:%s'>%s</td>".formatted(k, colour(e.driver()),
                    escaped(ExplanationText.visible(e.label()))));
            for (int i = 0; i < experts.size(); i++) {
                Explanation.Term term = e.terms().get(i);
                rows.append("<td>%s</td><td>%.3f</td><td>%s</td>".formatted(nats(term.energy()), term.lambda(),
                        nats(term.weighted())));
            }
            rows.append("<td>%s</td><td><strong>%s</strong></td><td>%s</td></tr>%n".formatted(nats(e.logZ()),
                    nats(e.energy()),
                    e.alternatives().stream()
                            .map(other -> escaped(ExplanationText.visible(other.label())) + " " + nats(other.energy()))
                            .collect(Collectors.joining(", "))));
        }
        return rows.toString();
    }

    private static String nats(double energy) {
        return Double.isInfinite(energy) ? (energy > 0 ? "∞" : "-∞") : String.format(Locale.ROOT, "%.3f", energy + 0.0);
    }
}
