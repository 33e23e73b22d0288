package org.emfuse.rl.report;

import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.emfuse.rl.diagnostics.BinnedMedians;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Whether a simulator knows where it is wrong: its uncertainty against the true error of one step, each logged step a dot, with
 * the medians of bins of equally many. Both axes are logarithmic.
 *
 * @param name of the simulator
 * @param unit of both numbers
 * @param groups steps of one domain each, at least one
 */
public record UncertaintyError(String name, String unit, List<Group> groups) implements Picture {

    private static final int BINS = 10;
    /** Smaller numbers are drawn here. */
    private static final double SMALLEST = 1e-6;

    /**
     * Steps of one domain.
     *
     * @param name of the domain
     * @param uncertainties at least 0
     * @param errors as many, at least 0
     */
    public record Group(String name, double[] uncertainties, double[] errors) {

        /** Checks the sizes. */
        public Group {
            if (uncertainties.length != errors.length) {
                throw new IllegalArgumentException("the steps of " + name + " have " + uncertainties.length
                        + " uncertainties and " + errors.length + " errors");
            }
        }
    }

    /** Copies the list; refuses one without any step. */
    public UncertaintyError {
        groups = List.copyOf(groups);
        if (groups.stream().allMatch(group -> group.errors().length == 0)) {
            throw new IllegalArgumentException("the picture of " + name + " has nothing to draw");
        }
    }

    /** Spearman's rank correlation over all groups; NaN where either number does not vary. */
    public double correlation() {
        double[] u = groups.stream().flatMapToDouble(group -> Arrays.stream(group.uncertainties())).toArray();
        double[] e = groups.stream().flatMapToDouble(group -> Arrays.stream(group.errors())).toArray();
        return u.length < 2 ? Double.NaN : new SpearmansCorrelation().correlation(u, e);
    }

    @Override
    public String title() {
        double correlation = correlation();
        return name + ": uncertainty and true error, Spearman "
                + (Double.isNaN(correlation) ? "not defined" : String.format(Locale.ROOT, "%.2f", correlation));
    }

    @Override
    public byte[] png(Scheme scheme) {
        XYChart chart = Drawing.chart(scheme, title(), "uncertainty, " + unit, "true error of one step, " + unit);
        chart.getStyler().setMarkerSize(4);
        chart.getStyler().setXAxisTickLabelsFormattingFunction(UncertaintyError::power);
        chart.getStyler().setYAxisTickLabelsFormattingFunction(UncertaintyError::power);
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            if (group.errors().length == 0) {
                continue;
            }
            Color colour = scheme.series(g);
            XYSeries dots = Drawing.line(chart, "dots " + g, logarithms(group.uncertainties()),
                    logarithms(group.errors()), colour, 1);
            dots.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter).setShowInLegend(false);
            Drawing.marker(dots, SeriesMarkers.CIRCLE, Scheme.translucent(colour, 90));
            BinnedMedians medians = BinnedMedians.of(group.uncertainties(), group.errors(), BINS);
            Drawing.line(chart, "medians " + g, logarithms(medians.x()), logarithms(medians.y()), colour, 3)
                    .setLabel(group.name());
        }
        Drawing.roundTicks(chart, all(true), all(false));
        return Drawing.png(chart);
    }

    private double[] all(boolean uncertainties) {
        return groups.stream().flatMapToDouble(
                group -> Arrays.stream(logarithms(uncertainties ? group.uncertainties() : group.errors()))).toArray();
    }

    private static double[] logarithms(double[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> Math.log10(Math.clamp(Double.isNaN(values[i]) ? SMALLEST : values[i], SMALLEST,
                        Drawing.LARGEST)))
                .toArray();
    }

    /** 10 to the tick's value. */
    private static String power(double exponent) {
        return String.format(Locale.ROOT, "%.2g", Math.pow(10, exponent));
    }
}
