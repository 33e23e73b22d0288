package org.emfuse.rl.diagnostics;

import java.util.Arrays;

/**
 * Numbers over a rectangle.
 *
 * @param x horizontal
 * @param y vertical
 * @param values [x.cells][y.cells], each of the middle of its cell
 */
public record Grid(Axis x, Axis y, double[][] values) {

    /** Checks the sizes. */
    public Grid {
        if (values.length != x.cells() || Arrays.stream(values).anyMatch(column -> column.length != y.cells())) {
            throw new IllegalArgumentException(
                    "a grid of " + x.cells() + " by " + y.cells() + " cells needs as many numbers");
        }
    }

    /** The largest number that is finite; 0 without one. */
    public double largest() {
        return Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite).max().orElse(0);
    }

    /** The smallest number that is finite; 0 without one. */
    public double smallest() {
        return Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite).min().orElse(0);
    }
}
