package org.emfuse.rl.dynamics;

import java.util.Arrays;

/**
 * What a model says happens next, in raw units.
 *
 * @param next [n][d], next states
 * @param rewards [n]
 * @param uncertainty [n], at least 0
 * @param slices [n], how many predictions the uncertainty is from; with fewer than 2 it says nothing
 */
public record Prediction(double[][] next, double[] rewards, double[] uncertainty, int[] slices) {

    /** Whether a row is made of numbers that single precision holds. */
    public boolean finite(int row) {
        return Arrays.stream(next[row]).allMatch(value -> Float.isFinite((float) value))
                && Float.isFinite((float) rewards[row]) && Float.isFinite((float) uncertainty[row]);
    }
}
