package org.emfuse.rl.env;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The documentation page {@code docs/reference/environments.md}, and how its tables are written. */
public final class EnvironmentsPage {

    private static final Path FILE = Path.of("..", "docs", "reference", "environments.md");

    private EnvironmentsPage() {}

    /** The whole text. */
    static String text() throws IOException {
        return Files.readString(FILE);
    }

    /** The text from a heading of level 2 to the next one. */
    public static String section(String heading) throws IOException {
        String text = text();
        int start = text.indexOf("\n## " + heading + "\n");
        if (start < 0) {
            throw new AssertionError(FILE + " has no section '## " + heading + "'");
        }
        int end = text.indexOf("\n## ", start + 1);
        return text.substring(start, end < 0 ? text.length() : end);
    }

    /** The cells of the rows below the first line of a section that is {@code header}. */
    public static List<List<String>> rows(String section, String header) {
        List<String> lines = section.lines().toList();
        int at = lines.indexOf(header);
        if (at < 0) {
            throw new AssertionError("no table with the header " + header + " in" + section);
        }
        List<List<String>> rows = new ArrayList<>();
        for (int i = at + 2; i < lines.size() && lines.get(i).startsWith("|"); i++) {
            String line = lines.get(i);
            rows.add(Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1)).map(String::strip).toList());
        }
        return rows;
    }

    /** The table of observation or action coordinates. */
    static String table(List<Quantity> quantities) {
        StringBuilder table = new StringBuilder("| index | name | unit | range |\n| --- | --- | --- | --- |\n");
        for (int i = 0; i < quantities.size(); i++) {
            Quantity quantity = quantities.get(i);
            String range = Double.isInfinite(quantity.high())
                    ? "unbounded"
                    : "[" + number(quantity.low()) + ", " + number(quantity.high()) + "]";
            table.append("| ").append(i).append(" | ").append(quantity.name()).append(" | ").append(quantity.unit())
                    .append(" | ").append(range).append(" |\n");
        }
        return table.toString();
    }

    /** The table of parameters. */
    static String parameters(List<Parameter> parameters) {
        StringBuilder table = new StringBuilder(
                "| parameter | unit | standard | allowed | meaning |\n| --- | --- | --- | --- | --- |\n");
        for (Parameter parameter : parameters) {
            String allowed = parameter.words().isEmpty()
                    ? "[" + parameter.format(parameter.low()) + ", " + parameter.format(parameter.high()) + "]"
                            + (parameter.whole() ? ", whole" : "")
                    : String.join(", ", parameter.words());
            // A bar within a cell would end it.
            String meaning = parameter.meaning().replace("|", "\\|");
            table.append("| `").append(parameter.name()).append("` | ").append(parameter.unit()).append(" | ")
                    .append(parameter.format(parameter.standard())).append(" | ").append(allowed).append(" | ")
                    .append(meaning).append(" |\n");
        }
        return table.toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
