package org.emfuse.rl.data;

import java.util.Arrays;

/**
 * Mean and population standard deviation of each column of row-major values.
 *
 * @param mean [width]
 * @param deviation [width]
 */
public record Moments(double[] mean, double[] deviation) {

    /** Below this a column does not vary. */
    private static final double LEAST = 1e-12;

    /** The moments of values [n × width]. */
    public static Moments of(float[] values, int width) {
        int n = values.length / width;
        double[] mean = new double[width];
        double[] deviation = new double[width];
        for (int i = 0; i < values.length; i++) {
            mean[i % width] += values[i] / (double) n;
        }
        for (int i = 0; i < values.length; i++) {
            double distance = values[i] - mean[i % width];
            deviation[i % width] += distance * distance / n;
        }
        for (int j = 0; j < width; j++) {
            deviation[j] = Math.sqrt(deviation[j]);
        }
        return new Moments(mean, deviation);
    }

    /** The deviations as units to divide by: 1 where a column does not vary. */
    public double[] units() {
        return Arrays.stream(deviation).map(d -> d < LEAST ? 1 : d).toArray();
    }
}
