package org.emfuse.rl.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.emfuse.rl.data.Coverage;
import org.emfuse.rl.diagnostics.Axis;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Where domains' logs are in a plane of states, a panel each, and how far they cover each other in all coordinates.
 *
 * @param title what it shows
 * @param x horizontal coordinate
 * @param y vertical one
 * @param domains at least one
 * @param coverage of each domain by each other
 */
public record CoverageMap(String title, Axis x, Axis y, List<Domain> domains, List<Coverage> coverage)
        implements
            Picture {

    /**
     * One domain.
     *
     * @param name of it
     * @param points places of logged states, [n][2]
     */
    public record Domain(String name, double[][] points) {}

    /** Copies the lists; refuses one without domains. */
    public CoverageMap {
        domains = List.copyOf(domains);
        coverage = List.copyOf(coverage);
        if (domains.isEmpty()) {
            throw new IllegalArgumentException("the picture '" + title + "' has nothing to draw");
        }
    }

    @Override
    public byte[] png(Scheme scheme) {
        List<XYChart> panels = new ArrayList<>();
        for (Domain domain : domains) {
            XYChart chart = Drawing.panel(scheme, domain.name, x.label(), y.label(), Panels.WIDTH, Panels.HEIGHT);
            chart.getStyler().setMarkerSize(3);
            chart.getStyler().setXAxisMin(x.low());
            chart.getStyler().setXAxisMax(x.high());
            chart.getStyler().setYAxisMin(y.low());
            chart.getStyler().setYAxisMax(y.high());
            Color colour = scheme.series(panels.size());
            double[][] points = domain.points;
            if (points.length > 0) {
                XYSeries dots = chart.addSeries("logged", column(points, 0), column(points, 1));
                dots.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
                Drawing.marker(dots, SeriesMarkers.CIRCLE, Scheme.translucent(colour, 120));
            }
            Drawing.roundTicks(chart, new double[]{x.low(), x.high()}, new double[]{y.low(), y.high()});
            panels.add(chart);
        }
        return Panels.png(scheme, title, panels,
                domains.stream().map(domain -> sentence(domain.name)).filter(text -> !text.isEmpty())
                        .map(text -> List.of(Key.text(text))).toList());
    }

    /** {@code "States of hanging covered by: upright 0 %, swing-up 35 %"}; empty where nothing is known. */
    String sentence(String domain) {
        List<String> parts = coverage.stream().filter(each -> each.covered().equals(domain))
                .map(each -> each.by() + " " + String.format(Locale.ROOT, "%.0f %%", 100 * each.value())).toList();
        return parts.isEmpty() ? "" : "States of " + domain + " covered by: " + String.join(", ", parts);
    }

    private static double[] column(double[][] points, int j) {
        double[] column = new double[points.length];
        for (int i = 0; i < column.length; i++) {
            column[i] = points[i][j];
        }
        return column;
    }
}
