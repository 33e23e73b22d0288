package org.emfuse.rl.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.rl.diagnostics.Fan;
import org.knowm.xchart.XYChart;

/**
 * One coordinate of the state as it was logged, and as simulators have it from the same start under the same actions: a panel
 * for each, its median and the band that 80 % of its repetitions lie in.
 *
 * @param title what it shows
 * @param yTitle the coordinate, with its unit
 * @param coordinate its index
 * @param truth [steps + 1], finite
 * @param fans of as many steps, by the simulators' names, in order; at least one
 */
public record RolloutFan(String title, String yTitle, int coordinate, double[] truth, Map<String, Fan> fans)
        implements
            Picture {

    private static final int PANEL = 260;

    /** Copies the map in its order; refuses an empty one and fans of other lengths. */
    public RolloutFan {
        fans = new LinkedHashMap<>(fans);
        if (fans.isEmpty()) {
            throw new IllegalArgumentException("the picture '" + title + "' has nothing to draw");
        }
        for (Map.Entry<String, Fan> entry : fans.entrySet()) {
            if (entry.getValue().steps() + 1 != truth.length) {
                throw new IllegalArgumentException("the picture '" + title + "' has " + (truth.length - 1)
                        + " logged steps, " + entry.getKey() + " has " + entry.getValue().steps());
            }
        }
    }

    @Override
    public byte[] png(Scheme scheme) {
        double[] steps = IntStream.range(0, truth.length).mapToDouble(i -> i).toArray();
        double[] range = range();
        List<XYChart> panels = new ArrayList<>();
        fans.forEach((name, fan) -> {
            XYChart chart = Drawing.panel(scheme, name, "steps", yTitle, Panels.WIDTH, PANEL);
            chart.getStyler().setYAxisMin(range[0]);
            chart.getStyler().setYAxisMax(range[1]);
            Color colour = scheme.series(panels.size());
            double[] low = of(fan.low());
            double[] high = of(fan.high());
            Drawing.area(chart, "band", joined(steps, steps), joined(high, low), Scheme.translucent(colour, 90),
                    Scheme.translucent(colour, 0));
            Drawing.line(chart, "median", steps, of(fan.median()), colour, 2.5f);
            Drawing.line(chart, "truth", steps, drawable(truth), scheme.text(), 1.5f);
            Drawing.roundTicks(chart, steps, range);
            panels.add(chart);
        });
        return Panels.png(scheme, title, panels, List.of(List.of(Key.patch("logged", scheme.text()),
                Key.text("in colour: median of repeated rollouts, and the band that 80 % of them lie in"))));
    }

    /** That of the truth and all bands: panels are compared. */
    private double[] range() {
        List<double[]> all = new ArrayList<>(List.of(drawable(truth)));
        fans.values().forEach(fan -> all.addAll(List.of(of(fan.low()), of(fan.high()))));
        double low = all.stream().flatMapToDouble(Arrays::stream).min().orElseThrow();
        double high = all.stream().flatMapToDouble(Arrays::stream).max().orElseThrow();
        double margin = high > low ? 0.05 * (high - low) : Math.max(1, Math.abs(high));
        return new double[]{low - margin, high + margin};
    }

    private double[] of(double[][] states) {
        return drawable(Arrays.stream(states).mapToDouble(state -> state[coordinate]).toArray());
    }

    /** What is no number is drawn at 0, what diverged at the edge. */
    private static double[] drawable(double[] values) {
        return Arrays.stream(values)
                .map(v -> Double.isNaN(v) ? 0 : Math.clamp(v, -Drawing.LARGEST, Drawing.LARGEST)).toArray();
    }

    private static double[] joined(double[] forth, double[] back) {
        double[] joined = Arrays.copyOf(forth, forth.length + back.length);
        for (int i = 0; i < back.length; i++) {
            joined[forth.length + i] = back[back.length - 1 - i];
        }
        return joined;
    }
}
