package org.emfuse.rl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.emfuse.rl.data.Coverage;
import org.emfuse.rl.data.Inspection;
import org.emfuse.rl.data.InspectionConfig;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.diagnostics.Axis;
import org.emfuse.rl.diagnostics.EnergyPlane;
import org.emfuse.rl.diagnostics.Fan;
import org.emfuse.rl.diagnostics.Grid;
import org.emfuse.rl.dynamics.LinearSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pixels of pictures of simulators. */
class SimulatorPicturesTest {

    private static final Axis X = new Axis("x", "m", -1, 1, 10);
    private static final Axis Y = new Axis("y", "m/s", -2, 2, 10);

    /** {@code value} in one cell, {@code rest} elsewhere. */
    private static Grid grid(int i, int j, double value, double rest) {
        double[][] values = new double[10][10];
        for (double[] column : values) {
            Arrays.fill(column, rest);
        }
        values[i][j] = value;
        return new Grid(X, Y, values);
    }

    private static Fan fan(double start, int steps, double width) {
        double[][][] quantiles = new double[3][steps + 1][1];
        for (int q = 0; q < 3; q++) {
            for (int step = 0; step <= steps; step++) {
                quantiles[q][step][0] = start + Math.sin(step / 5.0) + (q - 1) * width * step;
            }
        }
        return new Fan(quantiles[0], quantiles[1], quantiles[2]);
    }

    private static RolloutFan fans(double start) {
        double[] truth = IntStream.rangeClosed(0, 20).mapToDouble(step -> Math.sin(step / 5.0)).toArray();
        Map<String, Fan> fans = new LinkedHashMap<>();
        fans.put("left", fan(start, 20, 0.01));
        fans.put("right", fan(0, 20, 0.05));
        fans.put("fused", fan(0, 20, 0.02));
        return new RolloutFan("Rollouts", "x, m", 0, truth, fans);
    }

    private static LandscapePlane landscape(double minimum) {
        return new LandscapePlane("Energies", new EnergyPlane(
                List.of(new EnergyPlane.Landscape("left", grid(2, 3, 0, 5), new double[]{minimum, 0.2}),
                        new EnergyPlane.Landscape("fused", grid(5, 5, 0, 3), new double[]{0, 0})),
                new double[]{-0.5, 1}, new double[]{0, 0}));
    }

    private static UncertaintyMap uncertainty(int i, int j) {
        return new UncertaintyMap("Uncertainty", "m",
                List.of(new UncertaintyMap.Map("left", grid(i, j, 1, 0.001), new double[][]{{0, 0}, {5, 5}})));
    }

    private static UncertaintyError errors(double factor) {
        double[] u = IntStream.range(0, 100).mapToDouble(i -> i / 100.0).toArray();
        double[] e = IntStream.range(0, 100).mapToDouble(i -> factor * i / 100.0 + 0.01).toArray();
        return new UncertaintyError("fused", "m", List.of(new UncertaintyError.Group("left", u, e),
                new UncertaintyError.Group("empty", new double[0], new double[0])));
    }

    private static CoverageMap coverage(double at) {
        return new CoverageMap("Coverage", X, Y,
                List.of(new CoverageMap.Domain("left", new double[][]{{at, 0}, {0, 1}}),
                        new CoverageMap.Domain("right", new double[0][])),
                List.of());
    }

    /** Each picture, and the same kind of picture of something else. */
    static Stream<List<Picture>> pictures() {
        return Stream.of(List.of(fans(0.5), fans(0.4)), List.of(landscape(0.5), landscape(-0.5)),
                List.of(uncertainty(0, 0), uncertainty(0, 1)), List.of(errors(1), errors(-1)),
                List.of(coverage(0.5), coverage(-0.5)));
    }

    private static BufferedImage image(Picture picture, Scheme scheme) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(picture.png(scheme)));
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void picturesShowTheirNumbersInBothSchemes(List<Picture> two) throws IOException {
        assertThat(two.getFirst().png(Scheme.LIGHT)).isEqualTo(two.getFirst().png(Scheme.LIGHT))
                .isNotEqualTo(two.getLast().png(Scheme.LIGHT)).isNotEqualTo(two.getFirst().png(Scheme.DARK));
        for (Scheme scheme : Scheme.values()) {
            BufferedImage image = image(two.getFirst(), scheme);
            assertThat(image.getWidth()).isEqualTo(1200);
            assertThat(new Color(image.getRGB(2, 2))).isEqualTo(scheme.background());
            int other = 0;
            for (int x = 0; x < image.getWidth(); x++) {
                for (int y = 0; y < image.getHeight(); y++) {
                    other += image.getRGB(x, y) == scheme.background().getRGB() ? 0 : 1;
                }
            }
            assertThat(other).isGreaterThan(5000);
        }
    }

    /** Lines of medians are opaque, each in its group's colour; a group without steps has none. */
    @Test
    void groupsHaveTheirColours() throws IOException {
        BufferedImage image = image(errors(1), Scheme.LIGHT);
        int[] found = new int[2];
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < 640; y++) {
                for (int g = 0; g < 2; g++) {
                    found[g] += image.getRGB(x, y) == Scheme.LIGHT.series(g).getRGB() ? 1 : 0;
                }
            }
        }
        assertThat(found[0]).isGreaterThan(1000);
        assertThat(found[1]).isZero();
    }

    /** The cell at the upper end of both axes is drawn above and to the right of all others, and so on. */
    @Test
    void cellsAreWhereTheirAxesSay() throws IOException {
        double[] upperRight = strong(uncertainty(9, 9));
        double[] lowerRight = strong(uncertainty(9, 0));
        double[] upperLeft = strong(uncertainty(0, 9));
        assertThat(upperRight[0]).isEqualTo(lowerRight[0]).isGreaterThan(upperLeft[0] + 300);
        assertThat(upperRight[1]).isEqualTo(upperLeft[1]).isLessThan(lowerRight[1] - 200);
    }

    /** Mean place of the pixels of the highest step's colour, above the legend. */
    private static double[] strong(Picture picture) throws IOException {
        BufferedImage image = image(picture, Scheme.DARK);
        Color colour = Scheme.DARK.ramp(1);
        double[] sum = new double[2];
        int count = 0;
        for (int x = 120; x < 600; x++) {
            for (int y = 110; y < 440; y++) {
                if (image.getRGB(x, y) == colour.getRGB()) {
                    sum[0] += x;
                    sum[1] += y;
                    count++;
                }
            }
        }
        assertThat(count).isGreaterThan(500);
        return new double[]{Math.round(sum[0] / count), Math.round(sum[1] / count)};
    }

    /** Neighbouring cells of one colour leave no line between them. */
    @Test
    void cellsLeaveNoSeams() throws IOException {
        BufferedImage image = image(new UncertaintyMap("Uncertainty", "m",
                List.of(new UncertaintyMap.Map("a", grid(0, 0, 1, 1), new double[0][]))), Scheme.LIGHT);
        int colour = Scheme.LIGHT.ramp(1).getRGB();
        for (int x = 200; x < 500; x++) {
            assertThat(image.getRGB(x, 300)).as("pixel %d, 300", x).isEqualTo(colour);
        }
        for (int y = 200; y < 360; y++) {
            assertThat(image.getRGB(300, y)).as("pixel 300, %d", y).isEqualTo(colour);
        }
    }

    @Test
    void stepsOfColourDouble() {
        ColourSteps steps = ColourSteps.upTo(24, true);
        assertThat(steps.top()).isEqualTo(32);
        assertThat(ColourSteps.upTo(32, true).top()).isEqualTo(32);
        assertThat(IntStream.range(0, 8).mapToDouble(steps::end).toArray()).containsExactly(.25, .5, 1, 2, 4, 8, 16,
                32);
        assertThat(steps.step(0)).isZero();
        assertThat(steps.step(.25)).isZero();
        assertThat(steps.step(1.01)).isEqualTo(3);
        assertThat(steps.step(1000)).isEqualTo(7);
        assertThat(steps.step(Double.NaN)).isEqualTo(7);
        assertThat(steps.colour(7, Scheme.LIGHT)).isEqualTo(Color.WHITE);
        assertThat(ColourSteps.upTo(1, false).colour(0, Scheme.DARK)).isEqualTo(Scheme.DARK.background());
        assertThat(ColourSteps.upTo(0, false).top()).isPositive();
    }

    @Test
    void theTitleHasTheRankCorrelation() {
        assertThat(errors(1).title()).endsWith("Spearman 1.00");
        assertThat(errors(-1).title()).endsWith("Spearman -1.00");
        double[] same = {1, 1, 1};
        assertThat(new UncertaintyError("a", "m", List.of(new UncertaintyError.Group("x", same, same))).title())
                .endsWith("not defined");
    }

    @Test
    void overlapsAreThoseOfTheInspection() {
        Map<String, Transitions> sets = new LinkedHashMap<>();
        sets.put("a", LinearSystem.episodes(1, 10, 50));
        sets.put("b", LinearSystem.episodes(2, 10, 50).rows(0, 120));
        List<Coverage> coverage = Inspection.of(sets, InspectionConfig.DEFAULT).coverage();
        CoverageMap map = new CoverageMap("Coverage", X, Y, List.of(new CoverageMap.Domain("a", new double[0][])),
                coverage);
        assertThat(coverage).hasSize(2);
        assertThat(map.sentence("a")).isEqualTo("States of a covered by: b "
                + Math.round(100 * coverage.getFirst().value()) + " %");
        assertThat(map.sentence("c")).isEmpty();
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RolloutFan("r", "x", 0, new double[3], Map.of("a", fan(0, 5, 1))))
                .withMessageContaining("2 logged steps, a has 5");
        assertThatIllegalArgumentException().isThrownBy(() -> new UncertaintyMap("u", "m", List.of()))
                .withMessageContaining("nothing to draw");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UncertaintyError.Group("g", new double[2], new double[1]))
                .withMessageContaining("2 uncertainties and 1 errors");
        Fan broken = new Fan(new double[][]{{Double.NaN}, {1}}, new double[][]{{0}, {Double.NaN}},
                new double[][]{{Double.POSITIVE_INFINITY}, {1}});
        assertThat(new RolloutFan("r", "x", 0, new double[2], Map.of("a", broken)).png(Scheme.LIGHT)).isNotEmpty();
    }
}
