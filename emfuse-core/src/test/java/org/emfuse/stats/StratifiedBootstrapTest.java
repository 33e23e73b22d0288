package org.emfuse.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class StratifiedBootstrapTest {

    private static final StratifiedBootstrap BOOTSTRAP = StratifiedBootstrap.standard(7);
    private static final MethodComparison IMPROVEMENT = MethodComparison.PROBABILITY_OF_IMPROVEMENT;

    private static ScoreMatrix gaussian(RandomGenerator random, int seeds, double... means) {
        double[][] rows = IntStream.range(0, seeds)
                .mapToObj(i -> IntStream.range(0, means.length).mapToDouble(t -> means[t] + random.nextGaussian())
                        .toArray())
                .toArray(double[][]::new);
        return ScoreMatrix.ofSeeds(IntStream.range(0, means.length).mapToObj(t -> "task" + t).toList(), rows);
    }

    /** Two values: a replicate's mean is 0, 1/2, 1 with probability 1/4, 1/2, 1/4. */
    @Test
    void meanOfTwoValues() {
        ScoreMatrix two = ScoreMatrix.ofTask("a", 0, 1);
        assertThat(new StratifiedBootstrap(10_000, 0.95, 1).estimate(two, Aggregate.MEAN))
                .isEqualTo(new Estimate(0.5, 0, 1));
        assertThat(new StratifiedBootstrap(10_000, 0.4, 1).estimate(two, Aggregate.MEAN))
                .isEqualTo(new Estimate(0.5, 0.5, 0.5));
    }

    /** With a score of 0 on one task and 100 on the other, drawing within tasks leaves no doubt about the mean. */
    @Test
    void drawsWithinTasks() {
        ScoreMatrix scores = ScoreMatrix.ofSeeds(List.of("a", "b"), new double[][]{{0, 100}, {0, 100}, {0, 100}});
        assertThat(BOOTSTRAP.estimate(scores, Aggregate.POOLED_IQM)).isEqualTo(new Estimate(50, 50, 50));
    }

    @Test
    void equalSeedsGiveEqualIntervals() {
        ScoreMatrix scores = gaussian(new SplittableRandom(3), 5, 0, 10, 20);
        Estimate estimate = BOOTSTRAP.estimate(scores, Aggregate.POOLED_IQM);
        assertThat(BOOTSTRAP.estimate(scores, Aggregate.POOLED_IQM)).isEqualTo(estimate);
        assertThat(StratifiedBootstrap.standard(8).estimate(scores, Aggregate.POOLED_IQM)).isNotEqualTo(estimate);
    }

    @Test
    void orderOfSeedsDoesNotMatter() {
        ScoreMatrix scores = ScoreMatrix.ofTask("a", 1, 5, 2, 9, 4);
        ScoreMatrix permuted = ScoreMatrix.ofTask("a", 9, 4, 5, 1, 2);
        Estimate a = BOOTSTRAP.estimate(scores, Aggregate.POOLED_IQM);
        Estimate b = BOOTSTRAP.estimate(permuted, Aggregate.POOLED_IQM);
        assertThat(b.value()).isEqualTo(a.value());
        assertThat(b.low()).isCloseTo(a.low(), within(0.15));
        assertThat(b.high()).isCloseTo(a.high(), within(0.15));
    }

    @Test
    void intervalsMoveWithShiftAndScale() {
        double[] values = {1, 5, 2, 9, 4, 4, 7};
        double[] mapped = IntStream.range(0, values.length).mapToDouble(i -> 3 + 10 * values[i]).toArray();
        Estimate a = BOOTSTRAP.estimate(ScoreMatrix.ofTask("a", values), Aggregate.POOLED_IQM);
        Estimate b = BOOTSTRAP.estimate(ScoreMatrix.ofTask("a", mapped), Aggregate.POOLED_IQM);
        assertThat(b.value()).isCloseTo(3 + 10 * a.value(), within(1e-9));
        assertThat(b.low()).isCloseTo(3 + 10 * a.low(), within(1e-9));
        assertThat(b.high()).isCloseTo(3 + 10 * a.high(), within(1e-9));
    }

    /** The share of intervals that hold the true mean; the percentile interval of 30 values is a little too narrow. */
    @Test
    void intervalsCoverTheTruth() {
        SplittableRandom random = new SplittableRandom(11);
        int trials = 1000;
        int covered = 0;
        for (int trial = 0; trial < trials; trial++) {
            ScoreMatrix scores = gaussian(random, 15, 0, 8);
            Estimate mean = new StratifiedBootstrap(1000, 0.95, trial).estimate(scores, Aggregate.MEAN);
            covered += mean.low() <= 4 && 4 <= mean.high() ? 1 : 0;
        }
        assertThat(covered / (double) trials).isBetween(0.91, 0.96);
    }

    @Test
    void improvementByHand() {
        ScoreMatrix x = ScoreMatrix.ofSeeds(List.of("a", "b"), new double[][]{{1, 5}, {2, 6}, {3, 7}});
        ScoreMatrix y = ScoreMatrix.ofSeeds(List.of("a", "b"), new double[][]{{2, 0}, {0, 0}});
        // Task a: 1 > 0; 2 = 2, 2 > 0; 3 > 2, 3 > 0: 4.5 of 6. Task b: all of 6.
        assertThat(IMPROVEMENT.of(x, y)).isEqualTo((4.5 / 6 + 1) / 2);
    }

    /** With many ties, zeros of both signs among them. */
    @Test
    void improvementCountsEveryPair() {
        SplittableRandom random = new SplittableRandom(6);
        for (int trial = 0; trial < 200; trial++) {
            double[] x = random.doubles(1 + random.nextInt(9)).map(u -> Math.rint(6 * u - 3)).toArray();
            double[] y = random.doubles(1 + random.nextInt(9)).map(u -> Math.rint(6 * u - 3)).toArray();
            double wins = 0;
            for (double a : x) {
                for (double b : y) {
                    wins += a > b ? 1 : a == b ? 0.5 : 0;
                }
            }
            assertThat(IMPROVEMENT.of(ScoreMatrix.ofTask("a", x), ScoreMatrix.ofTask("a", y)))
                    .isEqualTo(wins / (x.length * y.length));
        }
    }

    @Test
    void improvementIsSymmetric() {
        SplittableRandom random = new SplittableRandom(5);
        for (int trial = 0; trial < 50; trial++) {
            ScoreMatrix x = gaussian(random, 5, 0, 1);
            ScoreMatrix y = gaussian(random, 8, 0.5, 0);
            assertThat(IMPROVEMENT.of(x, y) + IMPROVEMENT.of(y, x)).isCloseTo(1, within(1e-15));
            assertThat(IMPROVEMENT.of(x, x)).isCloseTo(0.5, within(1e-15));
        }
    }

    @Test
    void comparisonsOfAlikeAndOfUnlikeMethods() {
        SplittableRandom random = new SplittableRandom(9);
        ScoreMatrix x = gaussian(random, 10, 3, 3);
        ScoreMatrix y = gaussian(random, 10, 0, 0);
        Estimate alike = BOOTSTRAP.estimate(x, x, IMPROVEMENT);
        assertThat(alike.low()).isBetween(0.25, 0.45);
        assertThat(alike.high()).isBetween(0.55, 0.75);
        assertThat(BOOTSTRAP.estimate(x, y, IMPROVEMENT).low()).isGreaterThan(0.9);
        MethodComparison difference = MethodComparison.difference(Aggregate.POOLED_IQM);
        Estimate gain = BOOTSTRAP.estimate(x, y, difference);
        assertThat(gain.value()).isEqualTo(Aggregate.POOLED_IQM.of(x) - Aggregate.POOLED_IQM.of(y));
        assertThat(gain.low()).isBetween(1.0, gain.value());
        assertThat(gain.high()).isBetween(gain.value(), 5.0);
        Estimate none = BOOTSTRAP.estimate(x, x, difference);
        assertThat(none.low()).isLessThan(0); // the two draws are independent, so even x against itself varies
        assertThat(none.high()).isGreaterThan(0);
    }

    /** One score against two: the interval comes from the two, on whichever side they are. */
    @Test
    void bothSidesAreDrawn() {
        ScoreMatrix one = ScoreMatrix.ofTask("a", 5);
        ScoreMatrix two = ScoreMatrix.ofTask("a", 0, 1);
        MethodComparison difference = MethodComparison.difference(Aggregate.MEAN);
        assertThat(BOOTSTRAP.estimate(one, two, difference)).isEqualTo(new Estimate(4.5, 4, 5));
        assertThat(BOOTSTRAP.estimate(two, one, difference)).isEqualTo(new Estimate(-4.5, -5, -4));
    }

    @Test
    void otherTasksAreRefused() {
        ScoreMatrix a = ScoreMatrix.ofTask("hopper", 1, 2);
        ScoreMatrix b = ScoreMatrix.ofTask("walker", 1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> BOOTSTRAP.estimate(a, b, IMPROVEMENT))
                .withMessageContaining("[hopper] and [walker]");
        assertThatIllegalArgumentException().isThrownBy(() -> new StratifiedBootstrap(0, 0.95, 1))
                .withMessageContaining("replicate");
        assertThatIllegalArgumentException().isThrownBy(() -> new StratifiedBootstrap(10, 1, 1))
                .withMessageContaining("(0, 1)");
        assertThatIllegalArgumentException().isThrownBy(() -> new StratifiedBootstrap(10, Double.NaN, 1))
                .withMessageContaining("NaN");
    }
}
