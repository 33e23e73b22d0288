package org.emfuse.cli;

import java.util.Map;

import org.emfuse.wording.Megabytes;

/** Facts for people: one to a line, long texts indented below their name. */
final class FactsText {

    private static final int NAME_WIDTH = 16;

    private FactsText() {}

    /** Names and values, in order. */
    static String of(Map<String, ?> facts) {
        StringBuilder text = new StringBuilder();
        facts.forEach((name, value) -> {
            String shown = name.equals("bytes") && value instanceof Long bytes
                    ? bytes + " (" + Megabytes.of(bytes) + ")"
                    : Controls.pictured(String.valueOf(value));
            text.append(name).append(" ".repeat(Math.max(1, NAME_WIDTH - name.length())));
            text.append(shown.contains("\n") ? "\n" + shown.indent(2) : shown + "\n");
        });
        return text.toString();
    }
}
