package org.emfuse.rl.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.StratifiedBootstrap;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;

/**
 * How numbers change while runs learn. Runs of a group share a colour: a thin line each; where there are several, a bold line
 * for their interquartile mean and a band for its 95 % bootstrap interval, at those steps that all of them have.
 *
 * @param title what it shows
 * @param xTitle what steps are
 * @param yTitle of the vertical axis, with its unit
 * @param groups at least one, each with at least one run
 */
public record LearningCurves(String title, String xTitle, String yTitle, List<Group> groups) implements Picture {

    private static final int MOST_POINTS = 400;
    /** The band's ends are drawn, not printed: fewer replicates suffice. */
    private static final StratifiedBootstrap BAND = new StratifiedBootstrap(2000, 0.95, 0);

    /**
     * Runs that differ in their seeds only.
     *
     * @param name for the legend
     * @param runs one curve each
     */
    public record Group(String name, List<Curve> runs) {

        /** Copies the list; refuses an empty one. */
        public Group {
            runs = List.copyOf(runs);
            if (runs.isEmpty()) {
                throw new IllegalArgumentException("the group " + name + " has no runs to draw");
            }
        }
    }

    /** Copies the list; refuses an empty one; values beyond ±1e30 become ±1e30. */
    public LearningCurves {
        groups = groups.stream().map(LearningCurves::drawable).toList();
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("the picture '" + title + "' has nothing to draw");
        }
    }

    /** Curves over steps in an environment. */
    public LearningCurves(String title, String yTitle, List<Group> groups) {
        this(title, "environment steps", yTitle, groups);
    }

    /** Runs that diverged are drawn at the edge. */
    private static Group drawable(Group group) {
        return new Group(group.name(), group.runs().stream().map(run -> new Curve(run.name(), run.steps(),
                Arrays.stream(run.values()).map(v -> Math.clamp(v, -Drawing.LARGEST, Drawing.LARGEST)).toArray()))
                .toList());
    }

    @Override
    public byte[] png(Scheme scheme) {
        XYChart chart = Drawing.chart(scheme, title, xTitle, yTitle);
        if (groups.size() > 4) {
            chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
            chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
        }
        for (int g = 0; g < groups.size(); g++) {
            draw(chart, groups.get(g), g, scheme.series(g));
        }
        Drawing.roundTicks(chart, all(Curve::steps), all(Curve::values));
        return Drawing.png(chart);
    }

    private double[] all(Function<Curve, double[]> part) {
        return groups.stream().flatMap(group -> group.runs().stream())
                .flatMapToDouble(curve -> Arrays.stream(part.apply(curve))).toArray();
    }

    /** Series have unique names; a legend's label is set apart from them. */
    private static void draw(XYChart chart, Group group, int index, Color colour) {
        boolean several = group.runs().size() > 1;
        TreeMap<Double, Estimate> means = several ? means(group.runs()) : new TreeMap<>();
        if (means.size() > 1) {
            Drawing.area(chart, "band " + index, around(means), heights(means), Scheme.translucent(colour, 50),
                    Scheme.translucent(colour, 0)).setShowInLegend(false);
        }
        for (int run = 0; run < group.runs().size(); run++) {
            Curve curve = group.runs().get(run).thinned(MOST_POINTS);
            if (curve.steps().length > 0) {
                boolean labelled = run == 0 && means.isEmpty();
                Drawing.line(chart, "run " + index + " " + run, curve.steps(), curve.values(),
                        several ? Scheme.translucent(colour, 120) : colour, several ? 1 : 2.5f)
                        .setLabel(group.name()).setShowInLegend(labelled);
            }
        }
        if (!means.isEmpty()) {
            Drawing.line(chart, "mean " + index, steps(means), values(means), colour, 3.5f)
                    .setLabel(group.name() + ", IQM of " + group.runs().size() + " seeds");
        }
    }

    /** The interquartile mean over runs at each step that all of them have. */
    private static TreeMap<Double, Estimate> means(List<Curve> runs) {
        Map<Double, List<Double>> values = new TreeMap<>();
        for (Curve run : runs) {
            for (int i = 0; i < run.steps().length; i++) {
                values.computeIfAbsent(run.steps()[i], _ -> new ArrayList<>()).add(run.values()[i]);
            }
        }
        TreeMap<Double, Estimate> means = new TreeMap<>();
        values.forEach((step, found) -> {
            if (found.size() == runs.size()) {
                double[] scores = found.stream().mapToDouble(value -> value).toArray();
                means.put(step, BAND.estimate(ScoreMatrix.ofTask("step", scores), Aggregate.POOLED_IQM));
            }
        });
        return means;
    }

    private static double[] steps(TreeMap<Double, Estimate> means) {
        return means.keySet().stream().mapToDouble(step -> step).toArray();
    }

    private static double[] values(TreeMap<Double, Estimate> means) {
        return means.values().stream().mapToDouble(Estimate::value).toArray();
    }

    /** Along the upper edge of the band, and back along the lower one. */
    private static double[] around(TreeMap<Double, Estimate> means) {
        return joined(steps(means), steps(means));
    }

    private static double[] heights(TreeMap<Double, Estimate> means) {
        return joined(means.values().stream().mapToDouble(Estimate::high).toArray(),
                means.values().stream().mapToDouble(Estimate::low).toArray());
    }

    private static double[] joined(double[] forth, double[] back) {
        double[] joined = Arrays.copyOf(forth, forth.length + back.length);
        for (int i = 0; i < back.length; i++) {
            joined[forth.length + i] = back[back.length - 1 - i];
        }
        return joined;
    }
}
