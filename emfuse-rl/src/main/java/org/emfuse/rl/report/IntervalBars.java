package org.emfuse.rl.report;

import java.awt.Color;
import java.util.List;
import java.util.Locale;

import org.emfuse.stats.Estimate;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;

/**
 * Numbers with their intervals, one below the other: a bar from low to high and a dot at the value.
 *
 * @param title what it shows
 * @param xTitle of the horizontal axis, with its unit
 * @param bars from top to bottom, at least one
 */
public record IntervalBars(String title, String xTitle, List<Bar> bars) implements Picture {

    /** More would overlap. */
    public static final int MOST = 16;

    /**
     * A number with its interval.
     *
     * @param name of the method or run
     */
    public record Bar(String name, Estimate estimate) {

        /** Checks the order and the size. */
        public Bar {
            if (!(-Drawing.LARGEST <= estimate.low() && estimate.low() <= estimate.value()
                    && estimate.value() <= estimate.high() && estimate.high() <= Drawing.LARGEST)) {
                throw new IllegalArgumentException("the interval of " + name
                        + " must lie within ±1e30 and hold its value, found " + estimate);
            }
        }
    }

    /** Copies the list; refuses an empty one and one that is too long. */
    public IntervalBars {
        bars = List.copyOf(bars);
        if (bars.isEmpty() || bars.size() > MOST) {
            throw new IllegalArgumentException(
                    "the picture '" + title + "' has room for 1 to " + MOST + " intervals, found " + bars.size());
        }
    }

    @Override
    public byte[] png(Scheme scheme) {
        XYChart chart = Drawing.chart(scheme, title, xTitle, "", Math.min(Drawing.HEIGHT, 130 + 40 * bars.size()));
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setYAxisTicksVisible(false);
        chart.getStyler().setPlotGridHorizontalLinesVisible(false);
        chart.getStyler().setYAxisMin(-0.5);
        chart.getStyler().setYAxisMax(bars.size() - 0.5);
        double low = bars.stream().mapToDouble(bar -> bar.estimate().low()).min().orElseThrow();
        double high = bars.stream().mapToDouble(bar -> bar.estimate().high()).max().orElseThrow();
        // The left part of the plot is for the names.
        double span = Math.max(high - low, Math.max(1e-6, 1e-3 * Math.abs(high)));
        chart.getStyler().setXAxisMin(low - 1.1 * span);
        chart.getStyler().setXAxisMax(high + 0.1 * span);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double y = bars.size() - 1 - i;
            Color colour = scheme.series(i);
            Estimate e = bar.estimate();
            Drawing.line(chart, "bar " + i, new double[]{e.low(), e.high()}, new double[]{y, y},
                    Scheme.translucent(colour, 150), 8);
            Drawing.line(chart, "dot " + i, new double[]{e.value()}, new double[]{y}, colour, 1);
            chart.addAnnotation(
                    new AnnotationText(label(bar, span >= 10 ? "%.1f" : "%.4g"), low - 0.55 * span, y, false));
        }
        Drawing.roundTicks(chart, new double[]{low, low + span}, new double[]{0, 1});
        return Drawing.png(chart);
    }

    private static String label(Bar bar, String number) {
        Estimate e = bar.estimate();
        return String.format(Locale.ROOT, "%s   N  [N, N]".replace("N", number), bar.name(), e.value(), e.low(),
                e.high());
    }
}
