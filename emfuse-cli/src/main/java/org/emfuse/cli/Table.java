package org.emfuse.cli;

import java.util.ArrayList;
import java.util.List;

import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;

/** Rows of text in aligned columns, each as wide as its widest cell. */
final class Table {

    private static final int GAP = 2;

    private final List<String[]> rows = new ArrayList<>();

    /** A table with its headings. */
    Table(String... headings) {
        rows.add(headings);
    }

    /** Adds a row with one cell per heading. */
    void add(String... cells) {
        rows.add(cells);
    }

    @Override
    public String toString() {
        Column[] columns = new Column[rows.getFirst().length];
        for (int c = 0; c < columns.length; c++) {
            int column = c;
            int width = rows.stream().mapToInt(row -> row[column].codePointCount(0, row[column].length())).max()
                    .orElse(0);
            columns[c] = new Column(width + GAP, 0, Overflow.SPAN);
        }
        Help.TextTable table = Help.TextTable.forColumns(Help.defaultColorScheme(Ansi.OFF), columns);
        rows.forEach(table::addRowValues);
        return table.toString();
    }
}
