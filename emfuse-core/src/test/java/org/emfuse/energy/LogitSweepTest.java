package org.emfuse.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

/** Spec 01 §8: the one-pass formulas against direct computation. */
class LogitSweepTest {

    private static final double[] TAU = {1, .7, 1.3};
    private static final double[] LAMBDA = {.2, .5, .3};

    private static LogitSweep sweep(double[][] z, double[] tau, double... lambda) {
        LogitSweep sweep = new LogitSweep(ExpertWeights.of(lambda), tau);
        for (int v = 0; v < z[0].length; v++) {
            sweep.add(column(z, v));
        }
        return sweep;
    }

    private static double[] column(double[][] z, int v) {
        double[] column = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            column[i] = z[i][v];
        }
        return column;
    }

    private static double[][] softmaxes(double[][] z, double[] tau) {
        double[][] p = new double[z.length][];
        for (int i = 0; i < z.length; i++) {
            double t = tau[i];
            p[i] = Rows.softmax(Arrays.stream(z[i]).map(x -> x / t).toArray());
        }
        return p;
    }

    @Test
    void test1TheFusedArgmaxMayBeNoExpertsArgmax() {
        double[][] z = {{Math.log(.5), Math.log(.1), Math.log(.4)}, {Math.log(.1), Math.log(.5), Math.log(.4)}};
        LogitSweep sweep = sweep(z, new double[]{1, 1}, .5, .5);
        assertThat(Math.exp(sweep.logProbability(column(z, 0)))).isCloseTo(.264, within(5e-4));
        assertThat(Math.exp(sweep.logProbability(column(z, 1)))).isCloseTo(.264, within(5e-4));
        assertThat(Math.exp(sweep.logProbability(column(z, 2)))).isCloseTo(.472, within(5e-4));
        assertThat(Math.exp(sweep.logZ())).isCloseTo(0.847214, within(1e-6));
        assertThat(-sweep.logZ()).isCloseTo(0.165802, within(1e-6));
    }

    @Test
    void test2OnePassEqualsDirectWithMixedTemperaturesAndVetoes() {
        SplittableRandom random = new SplittableRandom(2);
        double[][] z = {Rows.logits(random, 1000, 4), Rows.logits(random, 1000, 4), Rows.logits(random, 1000, 4)};
        z[0][0] = Double.NEGATIVE_INFINITY;
        z[1][500] = Double.NEGATIVE_INFINITY;
        z[2][999] = Double.NEGATIVE_INFINITY;
        LogitSweep sweep = sweep(z, TAU, LAMBDA);
        double[][] p = softmaxes(z, TAU);
        double[] product = Rows.product(p, LAMBDA);
        double[] fused = Rows.normalized(product);
        assertThat(sweep.vetoes()).isEqualTo(3);
        assertThat(sweep.logZ()).isCloseTo(Math.log(Rows.sum(product)), within(1e-10));
        double sum = 0;
        for (int v = 0; v < 1000; v++) {
            double logProbability = sweep.logProbability(column(z, v));
            assertThat(Math.exp(logProbability)).isCloseTo(fused[v], within(1e-12));
            sum += Math.exp(logProbability);
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
        for (int i = 0; i < 3; i++) {
            assertThat(sweep.klFuseTo(i)).isCloseTo(Rows.kl(fused, p[i]), within(1e-8));
            // the other two experts' vetoes are possible outcomes of this one
            assertThat(sweep.klToFuse(i)).isInfinite();
        }
        double entropy = 0;
        for (double q : fused) {
            entropy -= q > 0 ? q * Math.log(q) : 0;
        }
        assertThat(sweep.entropy()).isCloseTo(entropy, within(1e-8));
    }

    @Test
    void bothDirectionsOfTheDivergencesEqualTheDirectOnes() {
        SplittableRandom random = new SplittableRandom(3);
        for (int c = 0; c < 200; c++) {
            double[][] z = {Rows.logits(random, 60, 4), Rows.logits(random, 60, 4), Rows.logits(random, 60, 4)};
            LogitSweep sweep = sweep(z, TAU, LAMBDA);
            double[][] p = softmaxes(z, TAU);
            double[] fused = Rows.normalized(Rows.product(p, LAMBDA));
            for (int i = 0; i < 3; i++) {
                assertThat(sweep.klFuseTo(i)).isCloseTo(Rows.kl(fused, p[i]), within(1e-8));
                assertThat(sweep.klToFuse(i)).isCloseTo(Rows.kl(p[i], fused), within(1e-8));
                double entropy = -Rows.sum(Arrays.stream(p[i]).map(x -> x * Math.log(x)).toArray());
                assertThat(sweep.entropy(i)).isCloseTo(entropy, within(1e-8));
            }
        }
    }

    @Test
    void test4ExtremeLogitsDoNotOverflow() {
        double[][] z = {{1e4, -1e4, 0}, {1e4, 0, -1e4}};
        LogitSweep sweep = sweep(z, new double[]{1, 1}, .5, .5);
        assertThat(sweep.logZ()).isCloseTo(0, within(1e-9));
        assertThat(sweep.logProbability(1e4, 1e4)).isCloseTo(0, within(1e-9));
        assertThat(sweep.klFuseTo(0)).isFinite().isNotNegative();
    }

    @Test
    void test6AnExpertWithoutWeightMayBeNaN() {
        double[][] z = {{0, 1, 2}, {Double.NaN, Double.NaN, Double.NaN}};
        LogitSweep sweep = sweep(z, new double[]{1, 1}, 1, 0);
        assertThat(sweep.logZ()).isCloseTo(0, within(1e-12));
        assertThatThrownBy(() -> sweep(z, new double[]{1, 1}, .5, .5)).hasMessageContaining("expert 1");
    }

    @Test
    void anEmptySupportHasNoMass() {
        double no = Double.NEGATIVE_INFINITY;
        assertThat(sweep(new double[][]{{0, no}, {no, 0}}, new double[]{1, 1}, .5, .5).logFusedSum()).isEqualTo(no);
    }

    @Test
    void test9TheOrderOfTheOutcomesDoesNotMatter() {
        SplittableRandom random = new SplittableRandom(9);
        double[][] z = {Rows.logits(random, 500, 4), Rows.logits(random, 500, 4)};
        double[] tau = {1, 1};
        LogitSweep forward = sweep(z, tau, .4, .6);
        LogitSweep backward = new LogitSweep(ExpertWeights.of(.4, .6), tau);
        for (int v = 499; v >= 0; v--) {
            backward.add(column(z, v));
        }
        assertThat(backward.logZ()).isCloseTo(forward.logZ(), within(1e-9));
        assertThat(backward.klFuseTo(0)).isCloseTo(forward.klFuseTo(0), within(1e-9));
        assertThat(backward.klToFuse(1)).isCloseTo(forward.klToFuse(1), within(1e-9));
    }

    /** Every outcome a new maximum, the maximum first, and the maximum in the middle: all sums are rescaled differently. */
    @Test
    void test9ItDoesNotMatterWhereTheMaximumComes() {
        SplittableRandom random = new SplittableRandom(19);
        double[] rising = Arrays.stream(Rows.logits(random, 3000, 4)).sorted().toArray();
        double[] other = Rows.logits(random, 3000, 4);
        double[] tau = {.7, 1.3};
        LogitSweep whole = sweep(new double[][]{rising, other}, tau, .4, .6);
        for (int from : new int[]{1, 1024, 1500, 2999}) {
            LogitSweep rotated = new LogitSweep(ExpertWeights.of(.4, .6), tau);
            for (int v = 0; v < 3000; v++) {
                rotated.add(rising[(v + from) % 3000], other[(v + from) % 3000]);
            }
            assertThat(rotated.logZ()).isCloseTo(whole.logZ(), within(1e-9));
            assertThat(rotated.entropy()).isCloseTo(whole.entropy(), within(1e-9));
            for (int i = 0; i < 2; i++) {
                assertThat(rotated.klFuseTo(i)).isCloseTo(whole.klFuseTo(i), within(1e-9));
                assertThat(rotated.klToFuse(i)).isCloseTo(whole.klToFuse(i), within(1e-9));
            }
        }
    }

    /** Spec 01 §4: bad logits are named by expert and outcome, temperatures by expert. */
    @Test
    void badInputIsNamed() {
        LogitSweep sweep = new LogitSweep(ExpertWeights.uniform(2), new double[]{1, 1});
        sweep.add(0, 0);
        assertThatThrownBy(() -> sweep.add(0, Double.POSITIVE_INFINITY)).isInstanceOf(InvalidEnergiesException.class)
                .hasMessageContaining("Infinity of expert 1 at outcome 1");
        assertThatThrownBy(() -> sweep.add(Double.NaN, 0)).hasMessageContaining("NaN of expert 0 at outcome 1");
        for (double bad : new double[]{0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new LogitSweep(ExpertWeights.uniform(2), new double[]{1, bad}))
                    .hasMessageContaining("temperatures").hasMessageContaining("expert 1");
        }
        assertThatThrownBy(() -> new LogitSweep(ExpertWeights.uniform(2), new double[]{1}))
                .hasMessageContaining("2 weights").hasMessageContaining("1 temperatures");
    }

    /** Bounded far below zero, so that references and running maxima are needed. */
    @Test
    void test4LogitsFarFromZeroLoseNothing() {
        SplittableRandom random = new SplittableRandom(14);
        double[] a = Rows.logits(random, 100, 2);
        double[] b = Rows.logits(random, 100, 2);
        LogitSweep near = sweep(new double[][]{a, b}, new double[]{1, 1}, .5, .5);
        LogitSweep far = sweep(new double[][]{Arrays.stream(a).map(x -> x - 1e4).toArray(),
            Arrays.stream(b).map(x -> x + 1e4).toArray()}, new double[]{1, 1}, .5, .5);
        assertThat(far.logZ()).isCloseTo(near.logZ(), within(1e-9));
        assertThat(far.klFuseTo(0)).isCloseTo(near.klFuseTo(0), within(1e-9));
        assertThat(far.klToFuse(1)).isCloseTo(near.klToFuse(1), within(1e-9));
    }

    /** The first outcomes are vetoed, each by another expert, but count in the normalisers and means of the others. */
    @Test
    void test2AVetoAtTheFirstOutcomeLeavesTheOtherExpertsMeansRight() {
        SplittableRandom random = new SplittableRandom(22);
        double[][] z = {Rows.logits(random, 40, 3), Rows.logits(random, 40, 3), Rows.logits(random, 40, 3)};
        for (int i = 0; i < 3; i++) {
            z[i][i] = Double.NEGATIVE_INFINITY;
        }
        LogitSweep sweep = sweep(z, TAU, LAMBDA);
        double[][] p = softmaxes(z, TAU);
        double[] fused = Rows.normalized(Rows.product(p, LAMBDA));
        for (int i = 0; i < 3; i++) {
            double entropy = -Rows.sum(Arrays.stream(p[i]).map(x -> x > 0 ? x * Math.log(x) : 0).toArray());
            assertThat(sweep.entropy(i)).isCloseTo(entropy, within(1e-8));
            assertThat(sweep.klFuseTo(i)).isCloseTo(Rows.kl(fused, p[i]), within(1e-8));
        }
    }
}
