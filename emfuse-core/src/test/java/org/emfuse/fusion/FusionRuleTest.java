package org.emfuse.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.emfuse.energy.LogitSweep;
import org.emfuse.energy.InvalidEnergiesException;
import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.Rows;
import org.junit.jupiter.api.Test;

/** Facts F1 to F9 of spec 01, and its numbered tests, for the rules. */
class FusionRuleTest {

    private static final ExpertWeights HALF = ExpertWeights.uniform(2);

    private static double[] additive(ExpertWeights weights, float[]... rows) {
        float[] out = new float[rows[0].length];
        new Additive().apply(List.of(rows), weights, RuleState.START, out);
        return Rows.probabilities(out);
    }

    @Test
    void test1TheFusedArgmaxMayBeNoExpertsArgmax() {
        float[] a = Rows.energies(.5, .1, .4);
        float[] b = Rows.energies(.1, .5, .4);
        double[] p = additive(HALF, a, b);
        assertThat(p[0]).isCloseTo(.264, within(5e-4));
        assertThat(p[2]).isCloseTo(.472, within(5e-4));
        FusedStep step = FusedStep.of(List.of(a, b), HALF, -1);
        assertThat(step.logZ()).isCloseTo(-0.165802, within(1e-6));
        assertThat(step.topToken()).isEqualTo(2);
    }

    @Test
    void test3TheFusionIsTheOnlyMinimiserOfTheReverseDivergences() {
        SplittableRandom random = new SplittableRandom(1);
        for (int c = 0; c < 1000; c++) {
            double[][] p = {Rows.softmax(Rows.logits(random, 20, 2)), Rows.softmax(Rows.logits(random, 20, 2)),
                Rows.softmax(Rows.logits(random, 20, 2))};
            double[] lambda = {.2, .5, .3};
            double[] product = Rows.product(p, lambda);
            double logZ = Math.log(Rows.sum(product));
            double[] fused = Rows.normalized(product);
            double[] q = Rows.softmax(Rows.logits(random, 20, 2));
            double left = 0;
            for (int i = 0; i < 3; i++) {
                left += lambda[i] * Rows.kl(q, p[i]);
            }
            assertThat(left).isCloseTo(Rows.kl(q, fused) - logZ, within(1e-10));
            assertThat(logZ).isLessThanOrEqualTo(0);

            List<float[]> rows = List.of(Rows.energies(p[0]), Rows.energies(p[1]), Rows.energies(p[2]));
            FusedStep step = FusedStep.of(rows, ExpertWeights.of(lambda), -1);
            assertThat(step.logZ()).isCloseTo(logZ, within(1e-5));
            double mean = 0;
            for (int i = 0; i < 3; i++) {
                mean += lambda[i] * step.klFuseTo()[i];
                assertThat(step.klToFuse()[i]).isCloseTo(Rows.kl(p[i], fused), within(1e-5));
            }
            assertThat(mean).isCloseTo(-step.logZ(), within(1e-5));
        }
    }

    @Test
    void test5DisjointSupportsFallBackToTheMixtureAndSaySo() {
        float[] a = Rows.energies(1, 0);
        float[] b = Rows.energies(0, 1);
        float[] out = new float[2];
        FusedRow row = new Additive().apply(List.of(a, b), ExpertWeights.of(.25, .75), RuleState.START, out);
        assertThat(row.fallback()).isTrue();
        assertThat(Math.exp(-out[0])).isCloseTo(.25, within(1e-6));
        FusedStep step = FusedStep.of(List.of(a, b), HALF, -1);
        assertThat(step.fallback()).isTrue();
        assertThat(step.logZ()).isEqualTo(Double.NEGATIVE_INFINITY);
        float[] none = {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY};
        assertThatThrownBy(() -> new Additive().apply(List.of(none, none), HALF, RuleState.START, out))
                .hasMessageContaining("no outcome has finite energy");
    }

    @Test
    void test6AnExpertWithoutWeightMayBeNaN() {
        float[] a = Rows.energies(.5, .5);
        float[] bad = {Float.NaN, Float.NaN};
        ExpertWeights first = ExpertWeights.of(1, 0);
        for (FusionRule rule : List.of(new Additive(), new Mixture(), EmSelect.DEFAULT)) {
            float[] out = new float[2];
            rule.apply(List.of(a, bad), first, RuleState.START, out);
            assertThat(out).containsExactly(a, within(1e-6f));
            assertThatThrownBy(() -> rule.apply(List.of(a, bad), HALF, RuleState.START, out))
                    .hasMessageContaining("expert 1").hasMessageContaining("NaN");
        }
    }

    @Test
    void test7AveragingLogitsUniformlyIsEmfuse() {
        SplittableRandom random = new SplittableRandom(7);
        double[][] z = {Rows.logits(random, 100, 3), Rows.logits(random, 100, 3)};
        double[] averaged = new double[100];
        for (int v = 0; v < 100; v++) {
            averaged[v] = (z[0][v] + z[1][v] + 5) / 2;
        }
        double[] p = Rows.softmax(averaged);
        double[] fused = Rows.normalized(Rows.product(new double[][]{Rows.softmax(z[0]), Rows.softmax(z[1])}, .5, .5));
        for (int v = 0; v < 100; v++) {
            assertThat(fused[v]).isCloseTo(p[v], within(1e-12));
        }
        assertThat(additive(HALF, Rows.energies(Rows.softmax(z[0])), Rows.energies(Rows.softmax(z[1]))))
                .containsExactly(p, within(1e-6));
    }

    @Test
    void test8AFlatExpertHeatsTheOthers() {
        assertThat(topUnderFlatExpert(50_000, .01)).isCloseTo(.043, within(5e-4));
        assertThat(topUnderFlatExpert(1000, .001)).isCloseTo(.5, within(5e-4));
    }

    private static double topUnderFlatExpert(int size, double epsilon) {
        double[] flat = new double[size];
        double[] sharp = new double[size];
        Arrays.fill(flat, 1.0 / size);
        Arrays.fill(sharp, epsilon / (size - 1));
        sharp[17] = 1 - epsilon;
        return additive(HALF, Rows.energies(flat), Rows.energies(sharp))[17];
    }

    @Test
    void aVertexWeightReturnsThatExpertExactly() {
        SplittableRandom random = new SplittableRandom(4);
        float[] a = Rows.row(random, 64, 3);
        float[] b = Rows.row(random, 64, 3);
        Boltzmann.normalize(b);
        assertThat(additive(ExpertWeights.vertex(2, 1), a, b)).containsExactly(Rows.probabilities(b), within(1e-6));
    }

    @Test
    void aVetoForbidsTheToken() {
        double[] p = additive(HALF, Rows.energies(.5, .5, 0), Rows.energies(.2, .2, .6));
        assertThat(p[2]).isZero();
        assertThat(FusedStep.of(List.of(Rows.energies(.5, .5, 0), Rows.energies(.2, .2, .6)), HALF, -1).vetoCount())
                .isEqualTo(1);
    }

    @Test
    void theMixtureIsTheMeanOfTheProbabilities() {
        float[] out = new float[3];
        new Mixture().apply(List.of(Rows.energies(.5, .5, 0), Rows.energies(.2, .2, .6)), ExpertWeights.of(.75, .25),
                RuleState.START, out);
        assertThat(Rows.probabilities(out)).containsExactly(new double[]{.425, .425, .15}, within(1e-6));
    }

    @Test
    void promptWeightsAreTheSoftmaxOfTheLosses() {
        double[] losses = {3.2616, 3.2197, 3.3035};
        assertThat(new Weighting.Prompt(1).forSequence(3, losses).toArray())
                .containsExactly(new double[]{.3331, .3474, .3195}, within(5e-5));
        assertThat(new Weighting.Prompt(.1).forSequence(3, losses).toArray())
                .containsExactly(new double[]{.3145, .4785, .2070}, within(2e-4));
        assertThatThrownBy(() -> new Weighting.Prompt(1).forSequence(3, null)).hasMessageContaining("prompt loss");
        assertThatThrownBy(() -> new Weighting.Prompt(0)).hasMessageContaining("tau");
    }

    @Test
    void entropyWeightsPreferTheSurerExpertAndKeepZeros() {
        float[] flat = Rows.energies(.25, .25, .25, .25);
        float[] sure = Rows.energies(.97, .01, .01, .01);
        Weighting.Entropy weighting = new Weighting.Entropy(4);
        ExpertWeights w = weighting.forRow(weighting.forSequence(2, null), List.of(flat, sure));
        double h = Boltzmann.entropy(sure) / Math.log(4);
        assertThat(w.lambda(0) / w.lambda(1)).isCloseTo(Math.exp(-4 * (1 - h)), within(1e-6));
        assertThat(new Weighting.Entropy(0).forRow(HALF, List.of(flat, sure))).isEqualTo(HALF);
        assertThat(weighting.forRow(ExpertWeights.of(1, 0), List.of(flat, sure)).lambda(1)).isZero();
    }

    private static final float INF = Float.POSITIVE_INFINITY;
    private static final List<FusionRule> RULES = List.of(new Additive(), new Mixture(), EmSelect.DEFAULT);

    /** Spec 01 §4: a row without a finite energy is as bad as NaN; no rule lets the other expert cover for it. */
    @Test
    void anExpertThatForbidsEverythingIsRefused() {
        float[] sound = Rows.energies(.5, .5);
        float[] nothing = {INF, INF};
        for (FusionRule rule : RULES) {
            assertThatThrownBy(() -> rule.apply(List.of(sound, nothing), HALF, RuleState.START, new float[2]))
                    .isInstanceOf(InvalidEnergiesException.class).hasMessageContaining("expert 1");
            float[] out = new float[2];
            rule.apply(List.of(sound, nothing), ExpertWeights.of(1, 0), RuleState.START, out);
            assertThat(out).containsExactly(sound, within(1e-6f));
        }
        assertThatThrownBy(() -> FusedStep.of(List.of(sound, nothing), HALF, -1))
                .isInstanceOf(InvalidEnergiesException.class).hasMessageContaining("expert 1");
    }

    /** Spec 01 §4: a logit of +∞, an energy of -∞, names expert and outcome. */
    @Test
    void anInfiniteLogitIsRefused() {
        for (FusionRule rule : RULES) {
            assertThatThrownBy(() -> rule.apply(List.of(Rows.energies(.5, .5), new float[]{1, -INF}), HALF,
                    RuleState.START, new float[2])).isInstanceOf(InvalidEnergiesException.class)
                    .hasMessageContaining("-Infinity from expert 1 at outcome 1");
        }
        assertThatThrownBy(() -> FusedStep.of(List.of(Rows.energies(.5, .5), new float[]{1, Float.NaN}), HALF, -1))
                .hasMessageContaining("NaN from expert 1 at outcome 1");
    }

    /** Spec 01 §4: different V. */
    @Test
    void rowsOfOtherOutcomesAreRefused() {
        for (FusionRule rule : RULES) {
            assertThatThrownBy(() -> rule.apply(List.of(Rows.energies(.5, .5), Rows.energies(.2, .3, .5)), HALF,
                    RuleState.START, new float[2])).hasMessageContaining("3").hasMessageContaining("expert 1");
            assertThatThrownBy(() -> rule.apply(List.of(Rows.energies(.5, .5)), HALF, RuleState.START, new float[2]))
                    .hasMessageContaining("2 weights").hasMessageContaining("1 rows");
        }
    }

    /** Spec 01 §4: logits of an expert with λ = 0 may be absent. */
    @Test
    void theRowOfAnExpertWithoutWeightMayBeAbsent() {
        float[] a = Rows.energies(.5, .3, .2);
        List<float[]> rows = List.of(a, new float[0]);
        ExpertWeights first = ExpertWeights.of(1, 0);
        for (FusionRule rule : RULES) {
            float[] out = new float[3];
            rule.apply(rows, first, RuleState.START, out);
            assertThat(out).containsExactly(a, within(1e-6f));
        }
        FusedStep step = FusedStep.of(rows, first, -1);
        assertThat(step.entropy()).isCloseTo(step.entropies()[0], within(1e-6));
        assertThat(step.klFuseTo()[1]).isNaN();
        assertThat(step.faulty()).isEqualTo(1);
    }

    /** Spec 01 §4: a veto of an expert with λ = 0 is ignored, and makes KL(fuse ‖ p_i) infinite where p_fuse is not 0. */
    @Test
    void aVetoWithoutWeightShowsOnlyInItsOwnDivergence() {
        float[] a = Rows.energies(.5, .5, 0);
        ExpertWeights first = ExpertWeights.of(1, 0);
        FusedStep step = FusedStep.of(List.of(a, Rows.energies(.5, 0, .5)), first, -1);
        assertThat(step.klFuseTo()[1]).isInfinite();
        assertThat(step.klFuseTo()[0]).isCloseTo(0, within(1e-6));
        assertThat(step.vetoCount()).isEqualTo(1);
        assertThat(step.faulty()).isZero();
        FusedStep harmless = FusedStep.of(List.of(a, Rows.energies(.9, .1, 0)), first, -1);
        assertThat(harmless.klFuseTo()[1]).isCloseTo(Rows.kl(new double[]{.5, .5}, new double[]{.9, .1}), within(1e-6));
    }

    /** Spec 01 §8 test 2: vetoes of experts with λ > 0, which may still count in the other experts' normalisers. */
    @Test
    void test2DiagnosticsAreThoseOfTheSweep() {
        SplittableRandom random = new SplittableRandom(20);
        double[] lambda = {.2, .5, .3};
        double[] tau = {1, .7, 1.3};
        for (int size : new int[]{3, 1000, 5003}) {
            double[][] z = new double[3][];
            List<float[]> rows = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                z[i] = Rows.logits(random, size, 4);
                if (size > 3) {
                    z[i][7 * i] = Double.NEGATIVE_INFINITY;
                }
                float[] logits = new float[size];
                for (int v = 0; v < size; v++) {
                    logits[v] = (float) z[i][v];
                    z[i][v] = logits[v];
                }
                float[] row = new float[size];
                Boltzmann.energies(logits, tau[i], row);
                rows.add(row);
            }
            LogitSweep sweep = new LogitSweep(ExpertWeights.of(lambda), tau);
            for (int v = 0; v < size; v++) {
                sweep.add(z[0][v], z[1][v], z[2][v]);
            }
            FusedStep step = FusedStep.of(rows, ExpertWeights.of(lambda), -1);
            assertThat(step.logZ()).isCloseTo(sweep.logZ(), within(1e-5));
            assertThat(step.entropy()).isCloseTo(sweep.entropy(), within(1e-5));
            assertThat(step.vetoCount()).isEqualTo(sweep.vetoes());
            for (int i = 0; i < 3; i++) {
                assertThat(step.klFuseTo()[i]).isCloseTo(sweep.klFuseTo(i), within(2e-5));
                assertThat(step.entropies()[i]).isCloseTo(sweep.entropy(i), within(1e-5));
                if (size > 3) {
                    assertThat(step.klToFuse()[i]).isInfinite();
                } else {
                    assertThat(step.klToFuse()[i]).isCloseTo(sweep.klToFuse(i), within(2e-5));
                }
            }
        }
    }

    /** Spec 01 §8 test 4, through rules and diagnostics. */
    @Test
    void test4ExtremeLogitsDoNotOverflow() {
        float[] a = new float[3];
        float[] b = new float[3];
        Boltzmann.energies(new float[]{1e4f, -1e4f, 0}, 1, a);
        Boltzmann.energies(new float[]{-1e4f, 1e4f, 0}, 1, b);
        for (FusionRule rule : RULES) {
            float[] out = new float[3];
            FusedRow row = rule.apply(List.of(a, b), HALF, RuleState.START, out);
            assertThat(row.fallback()).isFalse();
            assertThat(Rows.sum(Rows.probabilities(out))).isCloseTo(1, within(1e-6));
        }
        FusedStep step = FusedStep.of(List.of(a, b), HALF, -1);
        assertThat(step.logZ()).isCloseTo(Math.log(3) - 1e4, within(1e-2));
        assertThat(step.klFuseTo()[0]).isFinite().isCloseTo(1e4 - Math.log(3), within(1e-2));
    }

    /** Spec 01 §7: ties to the smallest id. */
    @Test
    void theTopTokenIsTheSmallestIdOnTies() {
        FusedStep step = FusedStep.of(List.of(Rows.energies(.2, .4, .4), Rows.energies(.2, .4, .4)), HALF, -1);
        assertThat(step.topToken()).isEqualTo(1);
    }

    /** Spec 01 §6 and §4: no weight comes from what is no distribution, and one outcome has entropy 0. */
    @Test
    void entropyWeightsRefuseFaultyRowsByName() {
        Weighting.Entropy weighting = new Weighting.Entropy(4);
        assertThatThrownBy(() -> weighting.forRow(HALF, List.of(Rows.energies(.5, .5), new float[]{0, Float.NaN})))
                .isInstanceOf(InvalidEnergiesException.class).hasMessageContaining("NaN from expert 1 at outcome 1");
        assertThat(weighting.forRow(HALF, List.of(new float[]{0}, new float[]{0}))).isEqualTo(HALF);
        assertThat(new Weighting.Entropy(1e6)
                .forRow(HALF, List.of(Rows.energies(.6, .4), Rows.energies(.9, .1))).lambda(1))
                .as("a large beta selects the lowest entropy").isEqualTo(1);
    }
}
