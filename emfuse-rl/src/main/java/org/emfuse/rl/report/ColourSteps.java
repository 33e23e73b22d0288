package org.emfuse.rl.report;

import java.awt.Color;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Colours of a quantity in steps, each twice as large as the one before, so that small values can be told apart beside large
 * ones. The edge of a step is a contour.
 *
 * @param top upper end of the last step, > 0
 * @param littleIsStrong whether the least stands out, and not the most
 */
record ColourSteps(double top, boolean littleIsStrong) {

    /** Number of steps. */
    static final int COUNT = 8;

    /** Steps up to the first power of two that is at least as large. */
    static ColourSteps upTo(double largest, boolean littleIsStrong) {
        double size = Math.clamp(largest, 1e-9, 1e9);
        return new ColourSteps(Math.pow(2, Math.ceil(Math.log(size) / Math.log(2) - 1e-9)), littleIsStrong);
    }

    /** Upper end of step {@code i}, from 0. */
    double end(int i) {
        return top * Math.pow(2, i + 1 - COUNT);
    }

    /** The step of a value; the last one for what lies beyond or is no number. */
    int step(double value) {
        int i = 0;
        while (i < COUNT - 1 && !(value <= end(i))) {
            i++;
        }
        return i;
    }

    Color colour(int step, Scheme scheme) {
        double share = step / (COUNT - 1.0);
        return scheme.ramp(littleIsStrong ? 1 - share : share);
    }

    /** What a legend says of them. */
    List<Key> keys(String quantity, Scheme scheme) {
        List<Key> keys = new ArrayList<>(List.of(Key.text(quantity)));
        for (int i = 0; i < COUNT; i++) {
            keys.add(Key.patch("≤ " + rounded(end(i)), colour(i, scheme)));
        }
        return keys;
    }

    private static String rounded(double value) {
        return new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros().toPlainString();
    }
}
