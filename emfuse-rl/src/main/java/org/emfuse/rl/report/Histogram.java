package org.emfuse.rl.report;

import java.awt.Color;

import org.knowm.xchart.XYChart;

/**
 * Counts of values in bins. Heights are counts, whatever the bins' widths.
 *
 * @param title what it shows
 * @param xTitle of the horizontal axis, with its unit
 * @param edges of the bins in increasing order, within ±1e30
 * @param counts one per bin, one fewer than edges, none negative
 */
public record Histogram(String title, String xTitle, double[] edges, long[] counts) implements Picture {

    /** Checks the sizes and the order. */
    public Histogram {
        if (counts.length < 1 || edges.length != counts.length + 1) {
            throw new IllegalArgumentException("the histogram '" + title + "' needs one edge more than bins, found "
                    + edges.length + " edges and " + counts.length + " bins");
        }
        for (int i = 0; i < counts.length; i++) {
            if (!(-Drawing.LARGEST <= edges[i] && edges[i] < edges[i + 1] && edges[i + 1] <= Drawing.LARGEST)) {
                throw new IllegalArgumentException("the edges of the histogram '" + title
                        + "' must lie within ±1e30 and increase, found " + edges[i] + " before " + edges[i + 1]);
            }
            if (counts[i] < 0) {
                throw new IllegalArgumentException(
                        "the counts of the histogram '" + title + "' must not be negative, found " + counts[i]);
            }
        }
    }

    /** A histogram whose title says what lies on its horizontal axis. */
    public Histogram(String title, double[] edges, long[] counts) {
        this(title, "", edges, counts);
    }

    @Override
    public byte[] png(Scheme scheme) {
        XYChart chart = Drawing.chart(scheme, title, xTitle, "count");
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        chart.getStyler().setYAxisMin(0.0);
        Color colour = scheme.series(0);
        int bins = counts.length;
        double[] x = new double[4 * bins];
        double[] y = new double[4 * bins];
        for (int i = 0; i < bins; i++) {
            // Up the left side of a bar, along its top and down its right side.
            x[4 * i] = edges[i];
            x[4 * i + 1] = edges[i];
            x[4 * i + 2] = edges[i + 1];
            x[4 * i + 3] = edges[i + 1];
            y[4 * i + 1] = counts[i];
            y[4 * i + 2] = counts[i];
        }
        Drawing.area(chart, "counts", x, y, Scheme.translucent(colour, 150), scheme.background());
        Drawing.roundTicks(chart, x, y);
        return Drawing.png(chart);
    }
}
