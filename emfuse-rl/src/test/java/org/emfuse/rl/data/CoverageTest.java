package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Coverage of data sets whose overlap is known. */
class CoverageTest {

    private interface Draw {

        void state(RandomStream random, float[] state);
    }

    /** Episodes of 50 independent states each; 40 of them. */
    private static Transitions draw(long seed, int size, Draw draw) {
        return draw(seed, 2000, size, draw);
    }

    private static Transitions draw(long seed, int n, int size, Draw draw) {
        RandomStream random = RandomStream.of(seed, "states");
        Transitions data = new Transitions(size, 1, new float[n * size], new float[n], new float[n],
                new float[n * size],
                new boolean[n], new boolean[n]);
        float[] state = new float[size];
        for (int i = 0; i < n; i++) {
            draw.state(random, state);
            System.arraycopy(state, 0, data.observations(), i * size, size);
            data.timeouts()[i] = i % 50 == 49;
        }
        return data;
    }

    /** Uniform on a unit box whose first {@code shifted} coordinates begin at {@code shift}. */
    private static Transitions box(long seed, int size, int shifted, double shift) {
        return draw(seed, size, (random, state) -> {
            for (int c = 0; c < size; c++) {
                state[c] = (float) (random.uniform(0, 1) + (c < shifted ? shift : 0));
            }
        });
    }

    /** Normal, with 6 sources mixed into all coordinates. */
    private static Transitions mixed(long seed, int size, double offset) {
        return draw(seed, size, (random, state) -> {
            double[] sources = new double[6];
            for (int k = 0; k < 6; k++) {
                sources[k] = random.gaussian();
            }
            for (int c = 0; c < size; c++) {
                double sum = offset;
                for (int k = 0; k < 6; k++) {
                    sum += Math.sin(1 + 7 * c + 3 * k) * sources[k];
                }
                state[c] = (float) (1000 * sum + 1e4); // scale and place must not matter
            }
        });
    }

    private static Coverage coverage(Transitions a, Transitions b) {
        return Coverage.of("a", a, "b", b, InspectionConfig.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 11, 17})
    void equalDataSetsCoverEachOther(int size) {
        Transitions data = mixed(1, size, 0);
        assertThat(coverage(data, data).value()).isGreaterThan(0.99);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 11, 17})
    void samplesOfOneDistributionCoverEachOther(int size) {
        Coverage found = coverage(mixed(1, size, 0), mixed(2, size, 0));
        assertThat(found.value()).isGreaterThan(0.95);
        assertThat(found.byItself()).isGreaterThan(0.8);
        assertThat(found.leastValue()).isGreaterThanOrEqualTo(0.95);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 11, 17})
    void disjointDataSetsCoverNothing(int size) {
        Coverage found = coverage(box(1, size, 1, 0), box(2, size, 1, 3));
        assertThat(found.value()).isLessThan(0.01);
    }

    /** One coordinate shifted by half its range: half of the states are covered, in any number of coordinates. */
    @ParameterizedTest
    @CsvSource({"1, 0.5, 0.5", "3, 0.5, 0.5", "11, 0.5, 0.5", "17, 0.5, 0.5", "3, 0.25, 0.75", "17, 0.75, 0.25"})
    void boxesThatOverlapInPartCoverThatPart(int size, double shift, double expected) {
        Coverage found = coverage(box(1, size, 1, 0), box(2, size, 1, shift));
        assertThat(found.value()).isCloseTo(expected, within(0.1));
        assertThat(found.leastPair()).contains("observation[0]");
        assertThat(coverage(box(2, size, 1, shift), box(1, size, 1, 0)).value()).isCloseTo(expected, within(0.1));
    }

    @Test
    void shiftsInSeveralCoordinatesMultiply() {
        Coverage found = coverage(box(1, 8, 3, 0), box(2, 8, 3, 0.5));
        assertThat(found.value()).isCloseTo(0.125, within(0.1));
        assertThat(found.leastValue()).isCloseTo(0.25, within(0.1));
    }

    /** A small box within a large one: covered wholly, and covering its share. */
    @Test
    void coverageHasADirection() {
        Transitions large = draw(1, 40_000, 4, (random, state) -> {
            for (int c = 0; c < 4; c++) {
                state[c] = (float) random.uniform(0, 1);
            }
        });
        Transitions small = draw(2, 40_000, 4, (random, state) -> {
            for (int c = 0; c < 4; c++) {
                state[c] = (float) (c == 2 ? random.uniform(0.4, 0.7) : random.uniform(0, 1));
            }
        });
        assertThat(coverage(small, large).value()).isGreaterThan(0.95);
        assertThat(coverage(large, small).value()).isCloseTo(0.3, within(0.1));
    }

    @Test
    void theSeedDecides() {
        Transitions a = mixed(1, 5, 0);
        Transitions b = mixed(2, 5, 1);
        assertThat(coverage(a, b)).isEqualTo(coverage(a, b));
    }

    /** Data sets of two transitions, one episode, constant coordinates and different sizes have a coverage, too. */
    @Test
    void smallAndDegenerateDataSetsAreNoErrors() {
        Transitions tiny = RandomEpisodes.of(1, 2);
        Transitions lopsided = RandomEpisodes.of(2, 1, 500, 1);
        Transitions constant = RandomEpisodes.of(3, 20, 20);
        java.util.Arrays.fill(constant.observations(), 2);
        for (Transitions a : new Transitions[]{tiny, lopsided, constant}) {
            for (Transitions b : new Transitions[]{tiny, lopsided, constant}) {
                assertThat(coverage(a, b).value()).isBetween(0.0, 1.0);
            }
        }
        assertThat(coverage(constant, constant).value()).isEqualTo(1);
    }
}
