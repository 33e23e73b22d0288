package org.emfuse.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
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

    /** Spec 01 §4: padded output rows are cut before anything is read, whatever they hold. */
    @Test
    void paddingIsNotRead() {
        float[] out = new float[2];
        Boltzmann.energies(new float[]{0, 0, Float.NaN, Float.POSITIVE_INFINITY}, 1, out);
        assertThat(out).containsExactly(new float[]{(float) Math.log(2), (float) Math.log(2)}, within(1e-6f));
    }

    @Test
    void aRowIsFaultyIfItHoldsWhatIsNoEnergyOrNothingFinite() {
        float inf = Float.POSITIVE_INFINITY;
        assertThat(Boltzmann.isFaulty(new float[]{inf, inf, 3})).isFalse();
        assertThat(Boltzmann.isFaulty(new float[]{inf, inf})).isTrue();
        assertThat(Boltzmann.isFaulty(new float[]{1, Float.NaN})).isTrue();
        assertThat(Boltzmann.isFaulty(new float[]{1, -inf})).isTrue();
        assertThat(Boltzmann.isFaulty(new float[0])).isTrue();
    }

    /** 50 000 outcomes of few different energies: the ones at the edge of k are chosen by id. */
    @Test
    void lowestOfAVocabularyEqualsSorting() {
        Random random = new Random(4);
        float[] energies = new float[50_000];
        for (int v = 0; v < energies.length; v++) {
            energies[v] = random.nextInt(3000) / 8f;
        }
        int[] sorted = IntStream.range(0, energies.length).boxed()
                .sorted(Comparator.<Integer>comparingDouble(v -> energies[v])).mapToInt(v -> v).toArray();
        for (int k : new int[]{1, 256, 20_000}) {
            assertThat(Boltzmann.lowest(energies, k)).isEqualTo(Arrays.copyOf(sorted, k));
        }
        float[] impossible = new float[5];
        Arrays.fill(impossible, Float.POSITIVE_INFINITY);
        assertThat(Boltzmann.lowest(impossible, 3)).containsExactly(0, 1, 2);
        assertThat(Boltzmann.lowest(new float[]{0f, -0f, 0f}, 2)).as("zeros of either sign are ties")
                .containsExactly(0, 1);
        assertThat(Boltzmann.lowest(new float[0], 3)).isEmpty();
    }

    /** Spec 01 §5: p_fuse of smoothed rows is at least Π (ε/V')^λ_i / Z, so the product is never empty. */
    @Test
    void smoothedRowsSumToOneAndHaveAProduct() {
        for (double epsilon : new double[]{1e-8, 1e-6, 1e-4}) {
            float[] a = Rows.energies(1, 0, 0);
            float[] b = Rows.energies(0, 1, 0);
            Smoothing.apply(a, epsilon, 3, v -> false);
            Smoothing.apply(b, epsilon, 3, v -> false);
            assertThat(Rows.sum(Rows.probabilities(a))).isCloseTo(1, within(1e-6));
            double[] p = Rows.probabilities(a);
            assertThat(p[1]).isCloseTo(epsilon / 3, within(1e-6 * epsilon));
            float[] fused = EnergyFusion.fuse(ExpertWeights.uniform(2), List.of(a, b), FloatEnergies.SPACE);
            double z = Math.exp(Boltzmann.normalize(fused));
            for (double fusedP : Rows.probabilities(fused)) {
                assertThat(fusedP).isGreaterThanOrEqualTo(epsilon / 3 / z * (1 - 1e-5));
            }
        }
        float[] same = Rows.energies(1, 0);
        Smoothing.apply(same, 0, 2, v -> false);
        assertThat(same[1]).isInfinite();
        assertThatThrownBy(() -> Smoothing.apply(same, 1, 2, v -> false)).hasMessageContaining("epsilon");
    }
}
