package org.emfuse.rl.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

import javax.imageio.ImageIO;

import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart in the style that all pictures share, and its pixels. */
final class Drawing {

    /** Size of the layout; pixels are 1.5 times as many. */
    static final int WIDTH = 800;
    static final int HEIGHT = 500;
    /** What lies beyond is drawn here: ranges near the largest double overflow. */
    static final double LARGEST = 1e30;
    private static final double PIXELS = 1.5;

    private Drawing() {}

    /** An empty chart. */
    static XYChart chart(Scheme scheme, String title, String xTitle, String yTitle) {
        return chart(scheme, title, xTitle, yTitle, HEIGHT);
    }

    /** An empty chart that is less high. */
    static XYChart chart(Scheme scheme, String title, String xTitle, String yTitle, int height) {
        return chart(scheme, title, xTitle, yTitle, WIDTH, height);
    }

    private static XYChart chart(Scheme scheme, String title, String xTitle, String yTitle, int width, int height) {
        Fonts.require();
        XYChart chart = new XYChart(width, height);
        chart.setTitle(title);
        chart.setXAxisTitle(xTitle);
        chart.setYAxisTitle(yTitle);
        XYStyler style = chart.getStyler();
        style.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
        style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        style.setAnnotationTextFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        style.setLocale(Locale.ROOT);
        colour(style, scheme);
        style.setChartTitleBoxVisible(false);
        style.setPlotBorderVisible(false);
        style.setPlotContentSize(0.98);
        style.setPlotGridLinesStroke(new BasicStroke(1));
        style.setPlotTicksMarksVisible(false);
        style.setAxisTicksMarksVisible(false);
        style.setXAxisTickMarkSpacingHint(100);
        style.setYAxisTickMarkSpacingHint(60);
        style.setLegendPosition(Styler.LegendPosition.OutsideS);
        style.setLegendLayout(Styler.LegendLayout.Horizontal);
        style.setLegendPadding(12);
        style.setMarkerSize(10);
        style.setXAxisTickLabelsFormattingFunction(Drawing::number);
        style.setYAxisTickLabelsFormattingFunction(Drawing::number);
        return chart;
    }

    /** An empty chart that is one of several on a picture, without a legend of its own. */
    static XYChart panel(Scheme scheme, String title, String xTitle, String yTitle, int width, int height) {
        XYChart chart = chart(scheme, title, xTitle, yTitle, width, height);
        XYStyler style = chart.getStyler();
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        style.setXAxisTickMarkSpacingHint(70);
        style.setYAxisTickMarkSpacingHint(35);
        style.setLegendVisible(false);
        return chart;
    }

    private static void colour(XYStyler style, Scheme scheme) {
        style.setChartBackgroundColor(scheme.background());
        style.setPlotBackgroundColor(scheme.background());
        style.setLegendBackgroundColor(scheme.background());
        style.setLegendBorderColor(scheme.background());
        style.setChartFontColor(scheme.text());
        style.setChartTitleFontColor(scheme.text());
        style.setXAxisTitleColor(scheme.text());
        style.setYAxisTitleColor(scheme.text());
        style.setAxisTickLabelsColor(scheme.text());
        style.setXAxisTickLabelsColor(scheme.text());
        style.setYAxisTickLabelsColor(scheme.text());
        style.setAxisTickMarksColor(scheme.grid());
        style.setPlotGridLinesColor(scheme.grid());
        style.setAnnotationTextFontColor(scheme.text());
    }

    /** A line; a dot where there is one point only. */
    static XYSeries line(XYChart chart, String name, double[] x, double[] y, Color colour, float width) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
        series.setLineColor(colour);
        series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        marker(series, x.length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE, colour);
        return series;
    }

    /** A filled outline. */
    static XYSeries area(XYChart chart, String name, double[] x, double[] y, Color fill, Color outline) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
        series.setFillColor(fill);
        series.setLineColor(outline);
        series.setLineStyle(new BasicStroke(1));
        marker(series, SeriesMarkers.NONE, outline);
        return series;
    }

    static void marker(XYSeries series, Marker marker, Color colour) {
        series.setMarker(marker);
        series.setMarkerColor(colour);
    }

    /** The number of a tick: {@code 15k} for 15,000, {@code 1.5M} for 1,500,000. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e9) {
            // A label that does not fit between any two ticks keeps the library looking for ever.
            return new BigDecimal(value).round(new MathContext(7)).stripTrailingZeros().toString();
        }
        if (size >= 1e6) {
            return shortest(value / 1e6) + "M";
        }
        return size >= 1e4 ? shortest(value / 1e3) + "k" : shortest(value);
    }

    /** Without a trail of zeros, with digits enough that neighbouring ticks differ. */
    private static String shortest(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(10)).stripTrailingZeros();
        return value == 0 ? "0" : Math.abs(value) < 1e-4 ? rounded.toString() : rounded.toPlainString();
    }

    /**
     * Makes the axes tick at round numbers. Where all data are equally spaced the library ticks at some of them instead, at
     * 400, 22,900 and so on; one invisible point off their grid prevents that. Where all data are nearly equal the axis is
     * widened.
     */
    static void roundTicks(XYChart chart, double[] x, double[] y) {
        XYStyler style = chart.getStyler();
        if (nearlyEqual(x)) {
            style.setXAxisMin(x[0] - margin(x[0]));
            style.setXAxisMax(x[0] + margin(x[0]));
        }
        if (nearlyEqual(y)) {
            style.setYAxisMin(y[0] - margin(y[0]));
            style.setYAxisMax(y[0] + margin(y[0]));
        }
        line(chart, "off the grid", new double[]{inside(x)}, new double[]{inside(y)}, new Color(0, true), 1)
                .setShowInLegend(false);
    }

    private static boolean nearlyEqual(double[] values) {
        return high(values) - low(values) < 1e-6 * Math.max(Math.abs(high(values)), Math.abs(low(values)))
                || high(values) == low(values);
    }

    private static double margin(double value) {
        return value == 0 ? 1 : 0.1 * Math.abs(value);
    }

    private static double inside(double[] values) {
        return low(values) + (high(values) - low(values)) / Math.PI;
    }

    private static double low(double[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    private static double high(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    /** The chart's pixels as a PNG file. */
    static byte[] png(XYChart chart) {
        return png(chart.getWidth(), chart.getHeight(),
                graphics -> chart.paint(graphics, chart.getWidth(), chart.getHeight()));
    }

    /** What a painter paints as a PNG file. */
    static byte[] png(int width, int height, Consumer<Graphics2D> painter) {
        BufferedImage image = new BufferedImage((int) (width * PIXELS), (int) (height * PIXELS),
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(PIXELS, PIXELS);
        painter.accept(graphics);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException("a picture could not be encoded", e);
        }
        return out.toByteArray();
    }
}
