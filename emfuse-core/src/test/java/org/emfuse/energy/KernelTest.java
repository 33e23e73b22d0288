package org.emfuse.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector kernel against the plain one, at sizes around the lane counts. */
class KernelTest {

    private final Kernel plain = new ScalarKernel();
    private final Kernel fast = new VectorKernel();

    @Test
    void theVectorKernelIsUsedWhereTheModuleIsPresent() {
        assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector")).isPresent();
        assertThat(Boltzmann.kernel()).startsWith("vector");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1000, 1023, 1024, 1025, 4096, 49152,
        151936})
    void agreesWithThePlainKernel(int size) {
        SplittableRandom random = new SplittableRandom(size);
        for (int c = 0; c < 3; c++) {
            float[] e = Rows.row(random, size, 4);
            float[] q = Rows.row(random, size, 4);
            float[] r = Rows.row(random, size, 1);
            if (c == 1 && size > 2) {
                e[random.nextInt(size)] = Float.POSITIVE_INFINITY;
                e[size - 1] = Float.POSITIVE_INFINITY;
                q[size - 1] = Float.POSITIVE_INFINITY;
            }
            float min = e[Boltzmann.argmin(e)];
            assertThat(fast.sumExp(e, min) / plain.sumExp(e, min)).isCloseTo(1, within(1e-6));

            double[] expected = new double[3];
            double[] actual = new double[3];
            plain.expectations(e, 0, new float[][]{e, q, r}, expected);
            fast.expectations(e, 0, new float[][]{e, q, r}, actual);
            for (int k = 0; k < 3; k++) {
                assertThat(actual[k]).isCloseTo(expected[k], within(1e-6 * Math.max(1, expected[k])));
            }

            float[] mixed = new float[size];
            float[] mixedFast = new float[size];
            double[] lambda = {.2, .5, .3};
            plain.mix(new float[][]{e, q, r}, lambda, mixed);
            fast.mix(new float[][]{e, q, r}, lambda, mixedFast);
            for (int v = 0; v < size; v++) {
                assertThat(mixedFast[v]).isCloseTo(mixed[v], within(1e-5f));
            }
        }
    }

    /** Wherever the outcome that is looked for lies, also behind the last whole vector. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 130})
    void findsTheSameOutcomesAsThePlainKernel(int size) {
        SplittableRandom random = new SplittableRandom(size);
        float[] e = Rows.row(random, size, 4);
        for (int at = 0; at < size; at++) {
            float kept = e[at];
            e[at] = -1;
            assertThat(fast.min(e)).isEqualTo(plain.min(e)).isEqualTo(-1);
            assertThat(fast.indexOf(e, -1)).isEqualTo(plain.indexOf(e, -1)).isEqualTo(at);
            assertThat(fast.firstInvalid(e)).isEqualTo(plain.firstInvalid(e)).isEqualTo(-1);
            e[at] = Float.POSITIVE_INFINITY;
            assertThat(fast.firstInvalid(e)).isEqualTo(plain.firstInvalid(e)).isEqualTo(-1);
            e[at] = Float.NEGATIVE_INFINITY;
            assertThat(fast.firstInvalid(e)).isEqualTo(plain.firstInvalid(e)).isEqualTo(at);
            e[at] = Float.NaN;
            assertThat(fast.firstInvalid(e)).isEqualTo(plain.firstInvalid(e)).isEqualTo(at);
            assertThat(fast.min(e)).isNaN();
            assertThat(plain.min(e)).isNaN();
            e[at] = kept;
        }
        assertThat(fast.indexOf(e, -1)).isEqualTo(plain.indexOf(e, -1)).isEqualTo(-1);
    }

    /** Logits are read where they lie: in the engine's memory, at any address. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 15, 16, 17, 33, 1000})
    void scalesWhatLiesInNativeMemoryToTheBitAsThePlainKernel(int size) {
        float[] z = Rows.row(new SplittableRandom(size), size, 4);
        z[size / 2] = Float.NEGATIVE_INFINITY;
        try (Arena arena = Arena.ofConfined()) {
            for (long offset : new long[]{0, 4, 3}) {
                MemorySegment memory = arena.allocate(offset + 4L * size, 64).asSlice(offset);
                MemorySegment.copy(MemorySegment.ofArray(z), 0, memory, 0, 4L * size);
                float[] expected = new float[size];
                float[] actual = new float[size];
                plain.scale(memory, -1 / 0.7, expected);
                fast.scale(memory, -1 / 0.7, actual);
                assertThat(actual).isEqualTo(expected);
                assertThat(expected[0]).isEqualTo((float) (-1 / 0.7 * z[0]));
            }
        }
    }

    @Test
    void logarithmsAreRightFromTinyWeightsToOne() {
        float[][] rows = {new float[16]};
        float[] out = new float[16];
        for (double lambda = 1; lambda > 1e-37; lambda *= 0.993) {
            fast.mix(rows, new double[]{lambda}, out);
            float expected = (float) -Math.log(lambda);
            assertThat(out[3]).isCloseTo(expected, within(1e-6f + 2 * Math.ulp(expected)));
        }
    }

    /** The first calls are interpreted, the last ones compiled. */
    @Test
    void resultsAreTheSameToTheBitBeforeAndAfterCompilation() {
        SplittableRandom random = new SplittableRandom(8);
        float[][] rows = {Rows.row(random, 333, 4), Rows.row(random, 333, 2)};
        double[] lambda = {.3, .7};
        double first = Double.NaN;
        double[] firstMeans = new double[2];
        float[] firstMix = new float[333];
        for (int call = 0; call < 20_000; call++) {
            double sum = fast.sumExp(rows[0], 0.1f);
            double[] means = new double[2];
            float[] mix = new float[333];
            fast.expectations(rows[0], 0, rows, means);
            fast.mix(rows, lambda, mix);
            fast.scale(MemorySegment.ofArray(mix), 1.1, mix);
            if (call == 0) {
                first = sum;
                firstMeans = means;
                firstMix = mix;
            }
            if (sum != first || !Arrays.equals(means, firstMeans) || !Arrays.equals(mix, firstMix)) {
                throw new AssertionError("call " + call + " differs from the first");
            }
        }
    }

    @Test
    void exponentialsAreRightFromTheSmallestToOne() {
        float[] e = new float[16];
        for (float x = 0; x < 95; x += 0.013f) {
            Arrays.fill(e, x);
            double expected = 16 * Math.exp(-(double) x);
            assertThat(fast.sumExp(e, 0)).isCloseTo(expected, within(3e-7 * expected + 2e-37));
        }
    }

    @Test
    void anInfiniteValueAtAPossibleOutcomeMakesTheExpectationInfinite() {
        float[] e = new float[40];
        float[] q = new float[40];
        for (int at : new int[]{3, 39}) {
            Arrays.fill(e, (float) Math.log(40));
            Arrays.fill(q, 1);
            q[at] = Float.POSITIVE_INFINITY;
            for (Kernel kernel : new Kernel[]{plain, fast}) {
                double[] out = new double[1];
                kernel.expectations(e, 0, new float[][]{q}, out);
                assertThat(out[0]).isInfinite();
                e[at] = 500; // possible, but its weight rounds to 0
                kernel.expectations(e, 0, new float[][]{q}, out);
                assertThat(out[0]).isInfinite();
                e[at] = Float.POSITIVE_INFINITY;
                kernel.expectations(e, 0, new float[][]{q}, out);
                assertThat(out[0]).isFinite();
                e[at] = (float) Math.log(40);
            }
        }
    }

    @Test
    void rowsOfZeroWeightAreNotReadByTheMixture() {
        float[] row = Rows.row(new SplittableRandom(1), 50, 3);
        float[] bad = new float[50];
        Arrays.fill(bad, Float.NaN);
        for (Kernel kernel : new Kernel[]{plain, fast}) {
            float[] out = new float[50];
            kernel.mix(new float[][]{bad, row}, new double[]{0, 1}, out);
            for (int v = 0; v < 50; v++) {
                assertThat(out[v]).isCloseTo(row[v], within(1e-5f));
            }
        }
    }

    /** Spec 01 §8 test 9, where blocks are vector lanes: impossible outcomes before and behind shift the lanes only. */
    @Test
    void test9SumsDoNotDependOnWhereTheBlocksAre() {
        SplittableRandom random = new SplittableRandom(9);
        float[] e = Rows.row(random, 2000, 3);
        float[] q = Rows.row(random, 2000, 3);
        float min = e[Boltzmann.argmin(e)];
        for (Kernel kernel : new Kernel[]{plain, fast}) {
            double sum = kernel.sumExp(e, min);
            double[] mean = new double[1];
            kernel.expectations(e, 0, new float[][]{q}, mean);
            for (int before = 0; before < 40; before++) {
                float[] padded = padded(e, before, 3 * before % 17, Float.POSITIVE_INFINITY);
                float[] values = padded(q, before, 3 * before % 17, 7);
                double[] paddedMean = new double[1];
                kernel.expectations(padded, 0, new float[][]{values}, paddedMean);
                assertThat(kernel.sumExp(padded, min)).isCloseTo(sum, within(1e-6 * sum));
                assertThat(paddedMean[0]).isCloseTo(mean[0], within(1e-6 * mean[0]));
            }
        }
    }

    private static float[] padded(float[] row, int before, int behind, float value) {
        float[] padded = new float[before + row.length + behind];
        Arrays.fill(padded, value);
        System.arraycopy(row, 0, padded, before, row.length);
        return padded;
    }
}
