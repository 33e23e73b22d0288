package org.emfuse.rl.data;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What the cells of a table mean. Every error names file, place, column, what was found and what was expected.
 *
 * @param file for messages
 * @param unit what places count: {@code line} or {@code row}
 */
record CellText(Path file, String unit) {

    /** Longer cells are shortened in messages. */
    private static final int SHOWN = 40;

    float number(String cell, int place, String column) {
        String text = cell.strip();
        if (text.isEmpty()) {
            throw wrong(place, column, "a number", "an empty cell");
        }
        if (!looksLikeNumber(text)) {
            throw wrong(place, column,
                    text.matches("[-+]?\\d+,\\d+") ? "a number with a decimal point" : "a finite number",
                    quoted(cell));
        }
        try {
            return number(Double.parseDouble(text), place, column);
        } catch (NumberFormatException e) {
            throw wrong(place, column, "a finite number", quoted(cell), e);
        }
    }

    float number(double value, int place, String column) {
        float single = (float) value;
        if (!Float.isFinite(single)) {
            throw wrong(place, column,
                    Double.isFinite(value)
                            ? "a number of at most 3.4e38, the range of single precision"
                            : "a finite number",
                    String.valueOf(value));
        }
        return single;
    }

    boolean flag(String cell, int place, String column) {
        return switch (cell.strip().toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1", "1.0" -> true;
            case "false", "f", "no", "n", "0", "0.0" -> false;
            case "" -> throw wrong(place, column, "true or false", "an empty cell");
            default -> throw wrong(place, column, "true or false (or yes, no, 1, 0)", quoted(cell));
        };
    }

    boolean flag(double value, int place, String column) {
        if (value != 0 && value != 1) {
            throw wrong(place, column, "true or false, or 1 or 0", String.valueOf(value));
        }
        return value == 1;
    }

    RowTime time(String cell, int place, String column) {
        RowTime time = RowTime.parse(cell.strip());
        if (time == null) {
            throw wrong(place, column, "a number or a time such as 2026-01-31T12:00:00Z",
                    cell.isBlank() ? "an empty cell" : quoted(cell));
        }
        return time;
    }

    String episode(String cell, int place, String column) {
        String id = cell.strip();
        if (id.isEmpty()) {
            throw wrong(place, column, "the id of an episode", "an empty cell");
        }
        return id;
    }

    IllegalArgumentException wrong(int place, String column, String expected, String found) {
        return new IllegalArgumentException("the file " + file + ", " + unit + " " + place + ", column '" + column
                + "': expected " + expected + ", found " + found);
    }

    private IllegalArgumentException wrong(int place, String column, String expected, String found, Throwable cause) {
        IllegalArgumentException wrong = wrong(place, column, expected, found);
        wrong.initCause(cause);
        return wrong;
    }

    private static String quoted(String cell) {
        String shown = cell.length() > SHOWN ? cell.substring(0, SHOWN) + "..." : cell;
        return "'" + shown.replaceAll("\\p{Cntrl}", " ") + "'";
    }

    /** Whether only decimal notation is in it: Java would also read {@code 1f}, {@code 0x1p3} and {@code NaN}. */
    static boolean looksLikeNumber(String text) {
        boolean digit = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digit = true;
            } else if (c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E') {
                return false;
            }
        }
        return digit;
    }
}
