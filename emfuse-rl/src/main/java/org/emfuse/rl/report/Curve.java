package org.emfuse.rl.report;

import java.util.Arrays;

/**
 * A number that was logged at several steps.
 *
 * @param name of the run
 * @param steps in increasing order
 * @param values as many as steps, finite
 */
public record Curve(String name, double[] steps, double[] values) {

    /** Checks the sizes, the order and the numbers. */
    public Curve {
        if (steps.length != values.length) {
            throw new IllegalArgumentException("the curve " + name + " has " + steps.length + " steps and "
                    + values.length + " values");
        }
        for (int i = 0; i < steps.length; i++) {
            if (!Double.isFinite(values[i]) || !Double.isFinite(steps[i])) {
                throw new IllegalArgumentException("the curve " + name + " must be of finite numbers, found "
                        + values[i] + " at step " + steps[i]);
            }
            if (i > 0 && !(steps[i] > steps[i - 1])) {
                throw new IllegalArgumentException("the steps of the curve " + name + " must increase, found "
                        + steps[i] + " after " + steps[i - 1]);
            }
        }
    }

    /** At most {@code count} points, each the mean of neighbouring ones; for curves with more points than pixels. */
    public Curve thinned(int count) {
        int n = steps.length;
        if (n <= count) {
            return this;
        }
        double[] meanSteps = new double[count];
        double[] meanValues = new double[count];
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) i * n / count);
            int to = (int) ((long) (i + 1) * n / count);
            meanSteps[i] = Arrays.stream(steps, from, to).average().orElseThrow();
            meanValues[i] = Arrays.stream(values, from, to).average().orElseThrow();
        }
        return new Curve(name, meanSteps, meanValues);
    }
}
