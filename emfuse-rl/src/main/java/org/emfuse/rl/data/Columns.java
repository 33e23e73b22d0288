package org.emfuse.rl.data;

import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.StandardDeviation;

/** Columns of row-major data as doubles, and their moments. */
final class Columns {

    private Columns() {}

    /** Column {@code c} of [n × width] values; the caller owns it. */
    static double[] column(float[] values, int width, int c) {
        double[] column = new double[values.length / width];
        for (int i = 0; i < column.length; i++) {
            column[i] = values[i * width + c];
        }
        return column;
    }

    static double mean(double[] values) {
        return Mean.of(values).getAsDouble();
    }

    /** Of the values themselves, divided by their number; 0 for one. */
    static double deviation(double[] values) {
        return StandardDeviation.of(values).setBiased(true).getAsDouble();
    }
}
