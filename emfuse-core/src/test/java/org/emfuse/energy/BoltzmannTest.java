package org.emfuse.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class BoltzmannTest {

    @Test
    void energiesAreNormalisedAfterTheCut() {
        float[] out = new float[3];
        Boltzmann.energies(new float[]{1, 2, 3, 99, 99}, 2, out);
        double[] p = Rows.softmax(new double[]{.5, 1, 1.5});
        for (int v = 0; v < 3; v++) {
            assertThat(Math.exp(-out[v])).isCloseTo(p[v], within(1e-7));
        }
    }

    @Test
    void aForbiddenTokenHasInfiniteEnergy() {
        float[] out = new float[2];
        Boltzmann.energies(new float[]{Float.NEGATIVE_INFINITY, 3}, 1, out);
        assertThat(out).containsExactly(Float.POSITIVE_INFINITY, 0);
    }

    @Test
    void badLogitsAreNamed() {
        assertThatThrownBy(() -> Boltzmann.energies(new float[]{0, Float.NaN}, 1, new float[2]))
                .hasMessageContaining("NaN at token 1");
        assertThatThrownBy(() -> Boltzmann.energies(new float[]{Float.POSITIVE_INFINITY, 0}, 1, new float[2]))
                .hasMessageContaining("Infinity at token 0");
        float no = Float.NEGATIVE_INFINITY;
        assertThatThrownBy(() -> Boltzmann.energies(new float[]{no, no}, 1, new float[2]))
                .hasMessageContaining("found -∞ at every token");
        for (double tau : new double[]{0, -1, Double.NaN}) {
            assertThatThrownBy(() -> Boltzmann.energies(new float[]{0, 1}, tau, new float[2]))
                    .hasMessageContaining("temperature");
        }
        assertThatThrownBy(() -> Boltzmann.energies(new float[]{0}, 1, new float[2])).hasMessageContaining("2 logits");
    }

    @Test
    void extremeLogitsDoNotOverflow() {
        float[] out = new float[3];
        Boltzmann.energies(new float[]{1e4f, -1e4f, 0}, 1, out);
        assertThat(out[0]).isCloseTo(0, within(1e-6f));
        assertThat(out[1]).isCloseTo(2e4f, within(1e-2f));
    }

    @Test
    void divergencesEqualDirectOnes() {
        SplittableRandom random = new SplittableRandom(5);
        for (int c = 0; c < 100; c++) {
            float[] p = Rows.row(random, 300, 3);
            float[] q = Rows.row(random, 300, 3);
            double direct = Rows.kl(Rows.probabilities(p), Rows.probabilities(q));
            assertThat(Boltzmann.kl(p, q)).isCloseTo(direct, within(1e-5));
            assertThat(Boltzmann.kl(p, p)).isCloseTo(0, within(1e-6));
        }
    }

    @Test
    void argminTakesTheSmallestIdOnTies() {
        assertThat(Boltzmann.argmin(new float[]{3, 1, 2, 1})).isEqualTo(1);
    }

    @Test
    void smoothingAddsAnEvenTailButDoesNotReviveAMask() {
        float[] e = Rows.energies(1, 0, 0);
        Smoothing.apply(e, 0.01, 2, v -> v == 2);
        assertThat(Math.exp(-e[0])).isCloseTo(.99 + .005, within(1e-6));
        assertThat(Math.exp(-e[1])).isCloseTo(.005, within(1e-6));
        assertThat(e[2]).isInfinite();
    }

    @Test
    void lowestEqualsSortingWithTiesByIdAndInfinities() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            float[] energies = new float[1 + random.nextInt(40)];
            for (int v = 0; v < energies.length; v++) {
                energies[v] = random.nextInt(5) == 0 ? Float.POSITIVE_INFINITY : random.nextInt(6);
            }
            int[] sorted = IntStream.range(0, energies.length).boxed()
                    .sorted(Comparator.<Integer>comparingDouble(v -> energies[v])).mapToInt(v -> v).toArray();
            for (int k : new int[]{0, 1, 3, energies.length, energies.length + 5}) {
                assertThat(Boltzmann.lowest(energies, k))
                        .containsExactly(Arrays.copyOf(sorted, Math.min(k, sorted.length)));
            }
        }
    }
}
