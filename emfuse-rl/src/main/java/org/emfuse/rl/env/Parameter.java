package org.emfuse.rl.env;

import java.util.List;

/**
 * A number by which variants of an environment or of a scripted controller differ.
 *
 * @param name as written in an id: {@code "mass"}
 * @param unit for example {@code "kg"}; {@code "1"} where it has none
 * @param standard value where the id names none
 * @param low smallest allowed value
 * @param high largest allowed value
 * @param whole whether only whole numbers are allowed
 * @param words names of the values 0, 1, …, to be written in their place; empty where numbers are written
 * @param meaning in a few words
 */
public record Parameter(String name, String unit, double standard, double low, double high, boolean whole,
        List<String> words, String meaning) {

    /** Copies the words; checks that the standard value is allowed. */
    public Parameter {
        words = List.copyOf(words);
        if (!(low <= standard && standard <= high)) {
            throw new IllegalArgumentException("the standard value of parameter " + name + " must lie in [" + low + ", "
                    + high + "], found " + standard);
        }
    }

    /** A real number in [low, high]. */
    public static Parameter number(String name, String unit, double standard, double low, double high, String meaning) {
        return new Parameter(name, unit, standard, low, high, false, List.of(), meaning);
    }

    /** A whole number from 0 to {@code high}, 0 by default. */
    public static Parameter count(String name, String unit, int high, String meaning) {
        return new Parameter(name, unit, 0, 0, high, true, List.of(), meaning);
    }

    /** One of several words, the first by default; its value is its index. */
    public static Parameter choice(String name, List<String> words, String meaning) {
        return new Parameter(name, "1", 0, 0, words.size() - 1.0, true, words, meaning);
    }

    /**
     * The value that is written so.
     *
     * @throws IllegalArgumentException if it is no number or word of this parameter, or out of range
     */
    public double parse(String text) {
        if (!words.isEmpty()) {
            return words.indexOf(Names.known("value of parameter " + name, text, words));
        }
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "parameter " + name + " expects " + range() + ", found '" + text + "'", e);
        }
        if (!(low <= value && value <= high) || (whole && value != Math.rint(value))) {
            throw new IllegalArgumentException("parameter " + name + " expects " + range() + ", found " + text);
        }
        return value == 0 ? 0 : value;
    }

    /** How a value is written in an id: the shortest form that {@link #parse} reads back. */
    public String format(double value) {
        if (!words.isEmpty()) {
            return words.get((int) value);
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** What may be written: {@code "a number in [0.1, 10] kg"}. */
    public String range() {
        if (!words.isEmpty()) {
            return "one of " + String.join(", ", words);
        }
        return (whole ? "a whole number in [" : "a number in [") + format(low) + ", " + format(high) + "]"
                + (unit.equals("1") ? "" : " " + unit);
    }
}
