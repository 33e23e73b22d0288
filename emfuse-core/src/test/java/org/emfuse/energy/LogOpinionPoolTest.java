package org.emfuse.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

/** Facts F1 to F9 of spec 01 §2 in double: the law itself, and the one-pass sweep, against direct computation. */
class LogOpinionPoolTest {

    private static final ExpertWeights LAMBDA = ExpertWeights.of(.2, .5, .3);

    /** p_fuse and log Z by the law. */
    private record Pool(double[] p, double logZ) {}

    private static Pool pool(ExpertWeights lambda, double[]... p) {
        List<double[]> energies = new ArrayList<>();
        for (double[] expert : p) {
            energies.add(Arrays.stream(expert).map(x -> -Math.log(x)).toArray());
        }
        double[] fused = EnergyFusion.fuse(lambda, energies, DoubleEnergies.SPACE);
        double[] product = Arrays.stream(fused).map(e -> Math.exp(-e)).toArray();
        return new Pool(Rows.normalized(product), Math.log(Rows.sum(product)));
    }

    private static LogitSweep sweep(ExpertWeights lambda, double[]... z) {
        double[] tau = new double[z.length];
        Arrays.fill(tau, 1);
        LogitSweep sweep = new LogitSweep(lambda, tau);
        for (int v = 0; v < z[0].length; v++) {
            sweep.add(column(z, v));
        }
        return sweep;
    }

    private static double[] column(double[][] z, int v) {
        return Arrays.stream(z).mapToDouble(row -> row[v]).toArray();
    }

    private static double[] random(SplittableRandom random, int size) {
        return Rows.softmax(Rows.logits(random, size, 2));
    }

    private static double meanKl(double[] q, double[][] p) {
        double mean = 0;
        for (int i = 0; i < p.length; i++) {
            mean += LAMBDA.lambda(i) * Rows.kl(q, p[i]);
        }
        return mean;
    }

    /** Spec 01 §8 test 3, F1: Σ λ_i KL(q ‖ p_i) = KL(q ‖ p_fuse) - log Z, and no q is below -log Z. */
    @Test
    void test3ThePoolMinimisesTheMeanReverseDivergence() {
        SplittableRandom random = new SplittableRandom(31);
        for (int c = 0; c < 1000; c++) {
            double[][] p = {random(random, 20), random(random, 20), random(random, 20)};
            Pool pool = pool(LAMBDA, p);
            double[] q = random(random, 20);
            assertThat(meanKl(q, p)).isCloseTo(Rows.kl(q, pool.p) - pool.logZ, within(1e-10))
                    .isGreaterThan(-pool.logZ);
            assertThat(meanKl(pool.p, p)).isCloseTo(-pool.logZ, within(1e-10));
        }
    }

    /**
     * Spec 01 §8 test 3, F2: 0 < Z ≤ 1 and Σ λ_i KL(p_fuse ‖ p_i) = -log Z. The sweep sets divergences below 0 to 0; one
     * that was further below than rounding would break the identity.
     */
    @Test
    void test3TheDisagreementIsTheMeanDivergenceOfTheSweep() {
        SplittableRandom random = new SplittableRandom(32);
        for (int c = 0; c < 1000; c++) {
            double spread = Math.exp(random.nextDouble(-12, 2));
            double[] base = Rows.logits(random, 20, 2);
            double[][] z = new double[3][20];
            for (int i = 0; i < 3; i++) {
                for (int v = 0; v < 20; v++) {
                    z[i][v] = base[v] + spread * random.nextGaussian();
                }
            }
            LogitSweep sweep = sweep(LAMBDA, z);
            Pool pool = pool(LAMBDA, Rows.softmax(z[0]), Rows.softmax(z[1]), Rows.softmax(z[2]));
            double mean = 0;
            for (int i = 0; i < 3; i++) {
                mean += LAMBDA.lambda(i) * sweep.klFuseTo(i);
            }
            assertThat(sweep.logZ()).isCloseTo(pool.logZ, within(1e-10)).isLessThan(1e-12);
            assertThat(mean).isCloseTo(-sweep.logZ(), within(1e-10));
        }
    }

    /** F2: Z = 1 if and only if the experts with weight are equal. */
    @Test
    void thereIsNoDisagreementOnlyAmongEqualExperts() {
        SplittableRandom random = new SplittableRandom(33);
        double[] p = random(random, 20);
        double[] other = random(random, 20);
        assertThat(pool(LAMBDA, p, p, p).logZ).isCloseTo(0, within(1e-12));
        assertThat(pool(ExpertWeights.of(.4, 0, .6), p, other, p).logZ).isCloseTo(0, within(1e-12));
        assertThat(pool(LAMBDA, p, p, other).logZ).isLessThan(-1e-3);
    }

    /** F3: the mixture is the minimiser of the other direction, and the pool is not. */
    @Test
    void theMixtureIsTheOtherPole() {
        SplittableRandom random = new SplittableRandom(34);
        for (int c = 0; c < 200; c++) {
            double[][] p = {random(random, 10), random(random, 10), random(random, 10)};
            float[] mixture = new float[10];
            Boltzmann.mixture(new float[][]{Rows.energies(p[0]), Rows.energies(p[1]), Rows.energies(p[2])}, LAMBDA,
                    mixture);
            double[] m = Rows.normalized(Rows.probabilities(mixture));
            assertThat(meanKlTo(p, m)).isLessThan(meanKlTo(p, random(random, 10)))
                    .isLessThan(meanKlTo(p, pool(LAMBDA, p).p));
        }
    }

    private static double meanKlTo(double[][] p, double[] q) {
        double mean = 0;
        for (int i = 0; i < p.length; i++) {
            mean += LAMBDA.lambda(i) * Rows.kl(p[i], q);
        }
        return mean;
    }

    /** Spec 01 §8 test 7, F4: uniform averages of raw logits, shifted at will, are the pool of uniform weights. */
    @Test
    void test7AveragedLogitsAreThePoolToTwelveDigits() {
        SplittableRandom random = new SplittableRandom(35);
        for (int c = 0; c < 50; c++) {
            double[][] z = {Rows.logits(random, 200, 4), Rows.logits(random, 200, 4), Rows.logits(random, 200, 4)};
            double[] averaged = new double[200];
            for (int v = 0; v < 200; v++) {
                averaged[v] = (z[0][v] + z[1][v] + 17 + z[2][v]) / 3;
            }
            double[] expected = Rows.softmax(averaged);
            ExpertWeights uniform = ExpertWeights.uniform(3);
            Pool pool = pool(uniform, Rows.softmax(z[0]), Rows.softmax(z[1]), Rows.softmax(z[2]));
            LogitSweep sweep = sweep(uniform, z);
            for (int v = 0; v < 200; v++) {
                assertThat(pool.p[v]).isCloseTo(expected[v], within(1e-12));
                assertThat(Math.exp(sweep.logProbability(column(z, v)))).isCloseTo(expected[v], within(1e-12));
            }
        }
    }

    /** F5: only λ_i/τ_i counts; sums that are not divided by n are the pool at temperature 1/n. */
    @Test
    void weightsAndTemperaturesActThroughTheirQuotient() {
        SplittableRandom random = new SplittableRandom(36);
        double[][] z = {Rows.logits(random, 50, 3), Rows.logits(random, 50, 3)};
        LogitSweep one = new LogitSweep(ExpertWeights.of(.25, .75), new double[]{.5, 1.5});
        LogitSweep other = new LogitSweep(ExpertWeights.of(.5, .5), new double[]{1, 1});
        for (int v = 0; v < 50; v++) {
            one.add(column(z, v));
            other.add(column(z, v));
        }
        double[] summed = new double[50];
        double[] sharpened = new double[50];
        for (int v = 0; v < 50; v++) {
            assertThat(one.logProbability(column(z, v))).isCloseTo(other.logProbability(column(z, v)), within(1e-12));
            summed[v] = z[0][v] + z[1][v];
            sharpened[v] = 2 * other.logProbability(column(z, v));
        }
        assertThat(Rows.softmax(sharpened)).containsExactly(Rows.softmax(summed), within(1e-12));
        assertThat(one.klFuseTo(0)).as("the experts themselves differ").isNotCloseTo(other.klFuseTo(0), within(1e-3));
    }

    /** F6: p_fuse(v) ≤ min_i p_i(v)^λ_i / Z. */
    @Test
    void everyExpertBoundsThePool() {
        SplittableRandom random = new SplittableRandom(37);
        for (int c = 0; c < 200; c++) {
            double[][] p = {random(random, 20), random(random, 20), random(random, 20)};
            Pool pool = pool(LAMBDA, p);
            for (int i = 0; i < 3; i++) {
                for (int v = 0; v < 20; v++) {
                    assertThat(pool.p[v])
                            .isLessThanOrEqualTo(Math.pow(p[i][v], LAMBDA.lambda(i)) / Math.exp(pool.logZ) + 1e-12);
                }
            }
        }
    }

    /** F8: the product of sequence distributions is that of the steps times every step's Z. */
    @Test
    void thePoolOfSequencesIsThePoolOfStepsTimesTheirPartitionSums() {
        SplittableRandom random = new SplittableRandom(38);
        double[][] first = {random(random, 4), random(random, 4), random(random, 4)};
        double[][] second = {random(random, 4), random(random, 4), random(random, 4)};
        Pool one = pool(LAMBDA, first);
        Pool two = pool(LAMBDA, second); // after outcome 1, say
        for (int v = 0; v < 4; v++) {
            double[] sequence = new double[3];
            for (int i = 0; i < 3; i++) {
                sequence[i] = -Math.log(first[i][1] * second[i][v]);
            }
            double whole = EnergyFusion.fuse(LAMBDA,
                    List.of(new double[]{sequence[0]}, new double[]{sequence[1]}, new double[]{sequence[2]}),
                    DoubleEnergies.SPACE)[0];
            assertThat(-whole)
                    .isCloseTo(Math.log(one.p[1] * two.p[v]) + one.logZ + two.logZ, within(1e-12));
        }
    }

    /** F9, on distributions: order, copies and vertices. */
    @Test
    void orderCopiesAndVerticesAreAsTheyShouldBe() {
        SplittableRandom random = new SplittableRandom(39);
        double[][] p = {random(random, 20), random(random, 20), random(random, 20)};
        Pool pool = pool(LAMBDA, p);
        assertThat(pool(ExpertWeights.of(.3, .2, .5), p[2], p[0], p[1]).p).containsExactly(pool.p, within(1e-12));
        assertThat(pool(ExpertWeights.of(.2, .1, .4, .3), p[0], p[1], p[1], p[2]).p)
                .containsExactly(pool.p, within(1e-12));
        assertThat(pool(LAMBDA, p[0], p[0], p[0]).p).containsExactly(p[0], within(1e-12));
        assertThat(pool(ExpertWeights.vertex(3, 1), p).p).containsExactly(p[1], within(1e-12));
    }
}
