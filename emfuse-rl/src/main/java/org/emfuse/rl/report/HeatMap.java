package org.emfuse.rl.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.diagnostics.Axis;
import org.emfuse.rl.diagnostics.Grid;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Annotation;

/**
 * Cells of colour in a chart, with dots and marks on them. The library's own heat map has neither numeric axes nor room for
 * marks; as an annotation the cells lie within the axes of an ordinary chart.
 */
final class HeatMap extends Annotation {

    private record Place(double x, double y, Color colour, Mark mark) {}

    private record Dots(double[][] points, Color colour) {}

    private final Grid grid;
    private final ColourSteps steps;
    private final Scheme scheme;
    private final List<Dots> dots = new ArrayList<>();
    private final List<Place> marks = new ArrayList<>();

    HeatMap(Grid grid, ColourSteps steps, Scheme scheme) {
        super(false);
        this.grid = grid;
        this.steps = steps;
        this.scheme = scheme;
    }

    /** Adds small dots. */
    HeatMap dots(double[][] points, Color colour) {
        dots.add(new Dots(points, colour));
        return this;
    }

    /** Adds a mark. */
    HeatMap mark(double[] point, Color colour, Mark mark) {
        marks.add(new Place(point[0], point[1], colour, mark));
        return this;
    }

    /** A chart of one map. */
    XYChart panel(String title, int width, int height) {
        Axis x = grid.x();
        Axis y = grid.y();
        XYChart chart = Drawing.panel(scheme, title, x.label(), y.label(), width, height);
        chart.getStyler().setXAxisMin(x.low());
        chart.getStyler().setXAxisMax(x.high());
        chart.getStyler().setYAxisMin(y.low());
        chart.getStyler().setYAxisMax(y.high());
        chart.getStyler().setPlotGridLinesVisible(false);
        Drawing.roundTicks(chart, new double[]{x.low(), x.high()}, new double[]{y.low(), y.high()});
        chart.addAnnotation(this);
        return chart;
    }

    @Override
    public void paint(Graphics2D graphics) {
        Object smooth = graphics.getRenderingHint(RenderingHints.KEY_ANTIALIASING);
        // Smoothed edges of neighbouring cells would leave seams.
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
        for (int i = 0; i < grid.x().cells(); i++) {
            int left = getXAxisScreenValue(grid.x().edge(i));
            int right = getXAxisScreenValue(grid.x().edge(i + 1));
            for (int j = 0; j < grid.y().cells(); j++) {
                int bottom = getYAxisScreenValue(grid.y().edge(j));
                int top = getYAxisScreenValue(grid.y().edge(j + 1));
                graphics.setColor(steps.colour(steps.step(grid.values()[i][j]), scheme));
                // A little to the right and up, which the next cells cover: rounding leaves no seams.
                int more = i < grid.x().cells() - 1 ? 1 : 0;
                int higher = j < grid.y().cells() - 1 ? 1 : 0;
                graphics.fillRect(left, top - higher, right - left + more, bottom - top + higher);
            }
        }
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (Dots each : dots) {
            graphics.setColor(each.colour);
            for (double[] point : each.points) {
                if (inside(point[0], point[1])) {
                    graphics.fillOval(getXAxisScreenValue(point[0]) - 1, getYAxisScreenValue(point[1]) - 1, 2, 2);
                }
            }
        }
        for (Place place : marks) {
            if (inside(place.x, place.y)) {
                place.mark.draw(graphics, getXAxisScreenValue(place.x), getYAxisScreenValue(place.y), place.colour,
                        scheme.background());
            }
        }
        if (smooth != null) {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, smooth);
        }
    }

    private boolean inside(double x, double y) {
        return x >= grid.x().low() && x <= grid.x().high() && y >= grid.y().low() && y <= grid.y().high();
    }
}
