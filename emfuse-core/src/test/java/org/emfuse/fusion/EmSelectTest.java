package org.emfuse.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.Rows;
import org.junit.jupiter.api.Test;

/** Spec 02. */
class EmSelectTest {

    private static final float[] P1 = Rows.energies(.05, .20, .75);
    private static final float[] P2 = Rows.energies(.80, .05, .15);
    private static final float[] P3 = Rows.energies(.25, .70, .05);

    private static int winner(EmSelect rule, RuleState state, float[]... rows) {
        float[] out = new float[rows[0].length];
        FusedRow row = rule.apply(List.of(rows), ExpertWeights.uniform(rows.length), state, out);
        assertThat(out).isEqualTo(rows[row.chosen()]);
        return row.chosen();
    }

    private static EmSelect with(Selector selector) {
        return new EmSelect(.5, selector, 0, 0);
    }

    @Test
    void theExampleIsACycle() {
        assertThat(Pair.compare(P1, P2, .5).d()).isCloseTo(.1950, within(5e-5));
        assertThat(Pair.compare(P2, P3, .5).d()).isCloseTo(.1687, within(5e-5));
        assertThat(Pair.compare(P3, P1, .5).d()).isCloseTo(.1829, within(5e-5));
    }

    @Test
    void kingOfHillDependsOnTheOrderInACycle() {
        EmSelect rule = with(Selector.KING_OF_HILL);
        assertThat(winner(rule, RuleState.START, P1, P2, P3)).isEqualTo(2);
        assertThat(winner(rule, RuleState.START, P2, P3, P1)).isEqualTo(2); // expert 1
        assertThat(winner(rule, RuleState.START, P3, P1, P2)).isEqualTo(2); // expert 2
    }

    @Test
    void roundRobinAndConsensusDoNotDependOnTheOrder() {
        SplittableRandom random = new SplittableRandom(11);
        for (Selector selector : List.of(Selector.ROUND_ROBIN, Selector.CONSENSUS)) {
            for (int c = 0; c < 200; c++) {
                float[] a = Rows.row(random, 20, 2);
                float[] b = Rows.row(random, 20, 2);
                float[] d = Rows.row(random, 20, 2);
                float[] first = List.of(a, b, d).get(winner(with(selector), RuleState.START, a, b, d));
                float[] second = List.of(d, a, b).get(winner(with(selector), RuleState.START, d, a, b));
                assertThat(first).isSameAs(second);
            }
        }
    }

    @Test
    void theCriterionIsTheDivergenceCriterion() {
        SplittableRandom random = new SplittableRandom(12);
        for (int c = 0; c < 500; c++) {
            double alpha = random.nextDouble(.1, .9);
            double[] p = Rows.softmax(Rows.logits(random, 20, 2));
            double[] q = Rows.softmax(Rows.logits(random, 20, 2));
            double[] product = Rows.product(new double[][]{p, q}, alpha, 1 - alpha);
            double[] fused = Rows.normalized(product);
            Pair pair = Pair.compare(Rows.energies(p), Rows.energies(q), alpha);
            assertThat(pair.klToFirst()).isCloseTo(Rows.kl(fused, p), within(1e-5));
            assertThat(pair.klToSecond()).isCloseTo(Rows.kl(fused, q), within(1e-5));
            assertThat(pair.logZ()).isCloseTo(Math.log(Rows.sum(product)), within(1e-5));
            assertThat(alpha * pair.klToFirst() + (1 - alpha) * pair.klToSecond()).isCloseTo(-pair.logZ(),
                    within(1e-5));
            // swapping the arguments needs 1-α
            assertThat(Pair.compare(Rows.energies(q), Rows.energies(p), 1 - alpha).d()).isCloseTo(-pair.d(),
                    within(1e-5));
        }
    }

    @Test
    void atOneHalfTheWinnerIsCertifiedByTheDisagreement() {
        SplittableRandom random = new SplittableRandom(13);
        for (int c = 0; c < 200; c++) {
            Pair pair = Pair.compare(Rows.row(random, 30, 2), Rows.row(random, 30, 2), .5);
            assertThat(Math.min(pair.klToFirst(), pair.klToSecond())).isLessThanOrEqualTo(-pair.logZ() + 1e-6);
        }
    }

    @Test
    void aLargerAlphaFavoursTheIncumbent() {
        SplittableRandom random = new SplittableRandom(14);
        for (int c = 0; c < 100; c++) {
            float[] a = Rows.row(random, 30, 2);
            float[] b = Rows.row(random, 30, 2);
            assertThat(Pair.compare(a, b, .7).d()).isGreaterThanOrEqualTo(Pair.compare(a, b, .3).d() - 1e-6);
            assertThat(winner(new EmSelect(.999, Selector.KING_OF_HILL, 0, 0), RuleState.START, a, b)).isZero();
        }
        for (double alpha : new double[]{0, 1, Double.NaN, -1}) {
            assertThatThrownBy(() -> new EmSelect(alpha, Selector.STICKY, 0, 0)).hasMessageContaining("alpha");
        }
    }

    @Test
    void tiesStayWithTheIncumbent() {
        float[] row = Rows.row(new SplittableRandom(15), 50, 2);
        for (Selector selector : Selector.values()) {
            assertThat(winner(with(selector), RuleState.START, row, row.clone(), row.clone())).isZero();
        }
    }

    @Test
    void anEvenTailBeatsASharpExpertUnlessTheComparisonIsRestricted() {
        int size = 150_000;
        double[] flat = new double[size];
        double[] sharp = new double[size];
        Arrays.fill(flat, 1.0 / size);
        Arrays.fill(sharp, 1e-4 / (size - 1));
        sharp[0] = 1 - 1e-4;
        float[] u = Rows.energies(flat);
        float[] s = Rows.energies(sharp);
        assertThat(Pair.compare(u, s, .5).d()).isCloseTo(4.9, within(.05));
        assertThat(Pair.compareTop(u, s, .5, 256).d()).isCloseTo(-5.4, within(.05));
        assertThat(winner(new EmSelect(.5, Selector.KING_OF_HILL, 0, 256), RuleState.START, u, s)).isEqualTo(1);
    }

    @Test
    void stickyKeepsTheIncumbentWithinTheMargin() {
        // 1 beats 2 and 2 beats 3 by less than 0.2
        EmSelect sticky = new EmSelect(.5, Selector.STICKY, .2, 0);
        assertThat(winner(sticky, RuleState.START, P2, P1)).isZero();
        assertThat(winner(sticky, new RuleState(1), P1, P2)).isEqualTo(1);
        assertThat(winner(with(Selector.STICKY), new RuleState(1), P1, P2)).isZero();
    }

    @Test
    void disjointPairsStayWithTheIncumbentAndAreCounted() {
        Selection selection = EmSelect.DEFAULT.select(List.of(Rows.energies(1, 0), Rows.energies(0, 1)),
                ExpertWeights.uniform(2), RuleState.START);
        assertThat(selection.winner()).isZero();
        assertThat(selection.disjointPairs()).isEqualTo(1);
    }

    @Test
    void expertsWithoutWeightDoNotPlay() {
        for (Selector selector : Selector.values()) {
            float[] out = new float[3];
            FusedRow row = with(selector).apply(List.of(P1, P2, P3), ExpertWeights.of(0, 0, 1), RuleState.START, out);
            assertThat(row.chosen()).isEqualTo(2);
        }
    }

    @Test
    void consensusOfTwoIsThePairRule() {
        SplittableRandom random = new SplittableRandom(16);
        for (int c = 0; c < 300; c++) {
            double alpha = random.nextDouble(.2, .8);
            float[] a = Rows.row(random, 20, 2);
            float[] b = Rows.row(random, 20, 2);
            ExpertWeights weights = ExpertWeights.of(alpha, 1 - alpha);
            float[] out = new float[20];
            int consensus = with(Selector.CONSENSUS).apply(List.of(a, b), weights, RuleState.START, out).chosen();
            assertThat(consensus)
                    .isEqualTo(winner(new EmSelect(alpha, Selector.KING_OF_HILL, 0, 0), RuleState.START, a, b));
        }
    }

    @Test
    void theBoundHoldsAndTheDirectEstimateAgreesWithIt() {
        SplittableRandom random = new SplittableRandom(17);
        SequenceBound bound = new SequenceBound();
        ExpertWeights weights = ExpertWeights.uniform(3);
        for (int t = 0; t < 20_000; t++) {
            List<float[]> rows = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                rows.add(Rows.row(random, 8, .5));
            }
            float[] out = new float[8];
            int chosen = EmSelect.DEFAULT.apply(rows, weights, RuleState.START, out).chosen();
            FusedStep step = FusedStep.of(rows, weights, chosen);
            assertThat(step.klToFuse()[chosen]).isLessThanOrEqualTo(Arrays.stream(step.klToFuse()).max().orElseThrow());
            bound.add(step, rows, sample(Rows.probabilities(out), random.nextDouble()));
        }
        assertThat(bound.steps()).isEqualTo(20_000);
        assertThat(bound.infiniteSteps()).isZero();
        assertThat(bound.selectedToFused()).isLessThan(bound.bound());
        assertThat(bound.directEstimate()).isCloseTo(bound.selectedToFused(), within(.05 * bound.selectedToFused()));
    }

    private static int sample(double[] p, double u) {
        double sum = 0;
        for (int v = 0; v < p.length; v++) {
            sum += p[v];
            if (u < sum) {
                return v;
            }
        }
        return p.length - 1;
    }
}
