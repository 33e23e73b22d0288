package org.emfuse.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

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
        assertThat(topUnderFlatExpert(1000, .001)).isCloseTo(.5, within(1e-3));
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
}
