package org.emfuse.rl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.imageio.ImageIO;

import org.emfuse.stats.Estimate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureTest {

    @TempDir
    Path folder;

    private static LearningCurves curves(double... values) {
        double[] steps = new double[values.length];
        double[] higher = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            steps[i] = 1000 * (i + 1);
            higher[i] = values[i] + 1;
        }
        return new LearningCurves("Pendulum-v1", "return", List.of(
                new LearningCurves.Group("sac", List.of(new Curve("1", steps, values), new Curve("2", steps, higher))),
                new LearningCurves.Group("td3+bc", List.of(new Curve("3", steps, higher)))));
    }

    private static BufferedImage image(Picture picture, Scheme scheme) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(picture.png(scheme)));
    }

    /** Pixels of exactly one colour, above the legend. */
    private static int pixels(BufferedImage image, Color colour) {
        int count = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < Math.min(640, image.getHeight()); y++) {
                count += image.getRGB(x, y) == colour.getRGB() ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void curvesOfBothGroupsAreDrawnInBothSchemes() throws IOException {
        for (Scheme scheme : Scheme.values()) {
            BufferedImage image = image(curves(1, 5, 3), scheme);
            assertThat(image.getWidth()).isEqualTo(1200);
            assertThat(image.getHeight()).isEqualTo(750);
            assertThat(new Color(image.getRGB(2, 2))).isEqualTo(scheme.background());
            assertThat(pixels(image, scheme.series(0))).isGreaterThan(1000);
            assertThat(pixels(image, scheme.series(1))).isGreaterThan(1000);
            assertThat(pixels(image, scheme.series(2))).isZero();
        }
    }

    @Test
    void equalPicturesGiveEqualBytes() {
        assertThat(curves(1, 5, 3).png(Scheme.LIGHT)).isEqualTo(curves(1, 5, 3).png(Scheme.LIGHT))
                .isNotEqualTo(curves(1, 5, 3.5).png(Scheme.LIGHT));
    }

    /** The tallest of three bins takes twice the pixels of the next. */
    @Test
    void histogramsHaveAreas() throws IOException {
        BufferedImage image = image(new Histogram("returns", new double[]{0, 1, 2, 3}, new long[]{0, 50, 100}),
                Scheme.LIGHT);
        int[] filled = new int[image.getWidth()];
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                Color colour = new Color(image.getRGB(x, y));
                filled[x] += colour.getBlue() > colour.getRed() + 60 ? 1 : 0;
            }
        }
        assertThat(filled[300]).isZero();
        assertThat(filled[650]).isPositive();
        assertThat(filled[900]).isEqualTo(filled[1100]);
        assertThat(filled[1000] / (double) filled[650]).isBetween(1.9, 2.1);
    }

    /** The library looks for ticks for ever where labels are too long. */
    @ParameterizedTest
    @CsvSource({"0, 0", "5, 5", "-5, -5", "5, 5.0000001", "5, 5.00001", "1e-12, 3e-12", "1e-300, 2e-300",
        "1e15, 1000000000000001", "123456789, 123456790", "1e9, 1000002000", "-1e30, 1e30", "0, 1e300",
        "-1.7e308, 1.7e308"})
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void extremeRangesAreDrawn(double low, double high) throws IOException {
        assertThat(pixels(image(curves(low, high), Scheme.LIGHT), Scheme.LIGHT.series(1))).isPositive();
        if (high <= 1e30) {
            Picture bars = new IntervalBars("x", "x", List.of(new IntervalBars.Bar("a", new Estimate(low, low, high))));
            assertThat(pixels(image(bars, Scheme.LIGHT), Scheme.LIGHT.series(0))).isPositive();
            if (low < high) {
                Picture bins = new Histogram("x", new double[]{low, high}, new long[]{Long.MAX_VALUE});
                assertThat(bins.png(Scheme.LIGHT)).isNotEmpty();
            }
        }
    }

    @Test
    void onePointIsADot() throws IOException {
        assertThat(pixels(image(curves(3), Scheme.LIGHT), Scheme.LIGHT.series(1))).isGreaterThan(50);
    }

    @Test
    void longCurvesAreThinned() {
        double[] steps = new double[1001];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = i;
        }
        Curve thinned = new Curve("a", steps, steps).thinned(10);
        assertThat(thinned.steps()).hasSize(10).isEqualTo(thinned.values());
        assertThat(thinned.steps()[0]).isEqualTo(49.5);
        assertThat(new Curve("a", steps, steps).thinned(1001).steps()).isEqualTo(steps);
    }

    @Test
    void filesAreReplacedWhole() throws IOException {
        Path file = folder.resolve("a.png");
        Files.writeString(file, "old");
        curves(1, 2).write(file);
        assertThat(ImageIO.read(file.toFile())).isNotNull();
        assertThat(folder.toFile().list()).containsExactly("a.png");
        Path nowhere = folder.resolve("missing").resolve("a.png");
        assertThatThrownBy(() -> curves(1, 2).write(nowhere)).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(nowhere.toString());
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        double[] two = {1, 2};
        assertThatIllegalArgumentException().isThrownBy(() -> new Curve("a", two, new double[]{1}))
                .withMessageContaining("2 steps and 1 values");
        assertThatIllegalArgumentException().isThrownBy(() -> new Curve("a", two, new double[]{1, Double.NaN}))
                .withMessageContaining("NaN at step 2.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new Curve("a", new double[]{2, 2}, two))
                .withMessageContaining("2.0 after 2.0");
        assertThatIllegalArgumentException().isThrownBy(() -> new Histogram("h", two, new long[]{1, 2}))
                .withMessageContaining("2 edges and 2 bins");
        assertThatIllegalArgumentException().isThrownBy(() -> new Histogram("h", two, new long[]{-1}))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Histogram("h", new double[]{0, Double.POSITIVE_INFINITY}, new long[]{1}))
                .withMessageContaining("Infinity");
        assertThatIllegalArgumentException().isThrownBy(() -> new IntervalBars.Bar("a", new Estimate(3, 1, 2)))
                .withMessageContaining("hold its value");
        assertThatIllegalArgumentException().isThrownBy(() -> new IntervalBars("bars", "x", List.of()))
                .withMessageContaining("found 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new LearningCurves("c", "y", List.of()))
                .withMessageContaining("nothing to draw");
    }
}
