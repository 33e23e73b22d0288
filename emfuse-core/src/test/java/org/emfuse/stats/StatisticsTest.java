package org.emfuse.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsTest {

    /** Computed by hand: the values 1, 4, 9 … n², of which floor(n / 4) are dropped at each end. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2.5", "3, 4.666666666666667", "4, 6.5", "5, 9.666666666666666", "7, 18", "8, 21.5",
        "9, 27"})
    void interquartileMeanOfSquares(int n, double expected) {
        double[] squares = IntStream.rangeClosed(1, n).mapToDouble(i -> i * i).toArray();
        assertThat(Statistics.interquartileMean(squares)).isCloseTo(expected, within(1e-12));
    }

    /** Spec 06 §11.8. */
    @Test
    void interquartileMeanOfOneToFifteenIsEight() {
        double[] values = IntStream.rangeClosed(1, 15).mapToDouble(i -> i).toArray();
        assertThat(Statistics.interquartileMean(values)).isEqualTo(8);
        values[14] = 1e9; // an outlier among the dropped values changes nothing
        values[0] = -1e9;
        assertThat(Statistics.interquartileMean(values)).isEqualTo(8);
    }

    @Test
    void handComputedCases() {
        assertThat(Statistics.mean(1, 2, 6)).isEqualTo(3);
        assertThat(Statistics.median(6, 1, 2)).isEqualTo(2);
        assertThat(Statistics.median(8, 1, 2, 4)).isEqualTo(3);
        assertThat(Statistics.quantile(new double[]{10, 20, 40}, 0.75)).isEqualTo(30);
        assertThat(Statistics.quantile(new double[]{10, 20, 40}, 1)).isEqualTo(40);
        assertThat(Statistics.standardDeviation(2, 4, 4, 4, 5, 5, 7, 9)).isCloseTo(Math.sqrt(32 / 7.0), within(1e-15));
        assertThat(Statistics.standardError(1, 2, 3, 4)).isCloseTo(Math.sqrt(5 / 3.0) / 2, within(1e-15));
        assertThat(Statistics.optimalityGap(new double[]{20, 90, 150}, 100)).isEqualTo(30);
    }

    @Test
    void argumentsAreLeftAsTheyAre() {
        double[] values = {3, 1, 2};
        Statistics.interquartileMean(values);
        Statistics.median(values);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 11, 50})
    void locationsMoveWithShiftAndScale(int n) {
        double[] values = new SplittableRandom(n).doubles(n, -5, 9).toArray();
        double[] mapped = IntStream.range(0, n).mapToDouble(i -> 100 + 7 * values[n - 1 - i]).toArray();
        for (ToDoubleFunction<double[]> location : List.<ToDoubleFunction<double[]>>of(Statistics::mean,
                Statistics::median, Statistics::interquartileMean)) {
            assertThat(location.applyAsDouble(mapped)).isCloseTo(100 + 7 * location.applyAsDouble(values),
                    within(1e-12));
        }
    }

    @Test
    void whatIsNotANumberIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(Statistics::mean).withMessageContaining("at least one value");
        assertThatIllegalArgumentException().isThrownBy(() -> Statistics.interquartileMean(1, Double.NaN))
                .withMessageContaining("found NaN at index 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Statistics.median(Double.NEGATIVE_INFINITY))
                .withMessageContaining("-Infinity at index 0");
        assertThatIllegalArgumentException().isThrownBy(() -> Statistics.standardError(1))
                .withMessageContaining("at least two values");
        assertThatIllegalArgumentException().isThrownBy(() -> Statistics.trimmedMean(new double[]{1}, 0.5))
                .withMessageContaining("0.5");
        assertThatIllegalArgumentException().isThrownBy(() -> Statistics.quantile(new double[]{1}, 1.01))
                .withMessageContaining("1.01");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Statistics.optimalityGap(new double[]{1}, Double.NaN))
                .withMessageContaining("target");
    }
}
