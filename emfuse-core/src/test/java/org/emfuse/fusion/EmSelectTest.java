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

    private static final List<float[]> CYCLE = List.of(P1, P2, P3);

    private static Selection select(Selector selector, List<float[]> rows) {
        return with(selector).select(rows, ExpertWeights.uniform(rows.size()), RuleState.START);
    }

    /** The six orders of three experts. */
    private static List<List<float[]>> orders(float[] a, float[] b, float[] c) {
        return List.of(List.of(a, b, c), List.of(a, c, b), List.of(b, a, c), List.of(b, c, a), List.of(c, a, b),
                List.of(c, b, a));
    }

    /** Spec 02 §1: D = ψ'(α) with ψ(a) = log Σ p^a q^(1-a), convex; the first wins iff ψ's minimum is at or below α. */
    @Test
    void theCriterionIsTheSideOfTheChernoffPoint() {
        SplittableRandom random = new SplittableRandom(21);
        for (int c = 0; c < 100; c++) {
            float[] p = Rows.row(random, 20, 1);
            float[] q = Rows.row(random, 20, 1);
            double alpha = random.nextDouble(.1, .9);
            double slope = (psi(p, q, alpha + 1e-5) - psi(p, q, alpha - 1e-5)) / 2e-5;
            double d = Pair.compare(p, q, alpha).d();
            assertThat(d).isCloseTo(slope, within(1e-4));
            double chernoff = 0;
            for (double a = .0005; a < 1; a += .001) {
                chernoff = psi(p, q, a) < psi(p, q, chernoff) ? a : chernoff;
            }
            if (Math.abs(chernoff - alpha) > .002) {
                assertThat(d >= 0).isEqualTo(chernoff <= alpha);
            }
        }
    }

    private static double psi(float[] p, float[] q, double a) {
        double sum = 0;
        for (int v = 0; v < p.length; v++) {
            sum += Math.exp(-a * p[v] - (1 - a) * q[v]);
        }
        return Math.log(sum);
    }

    /** Spec 02 §2: the ends of α, for and against the incumbent. */
    @Test
    void alphaIsTheIncumbents() {
        SplittableRandom random = new SplittableRandom(22);
        EmSelect against = new EmSelect(1e-3, Selector.KING_OF_HILL, 0, 0);
        EmSelect inFavour = new EmSelect(1 - 1e-3, Selector.KING_OF_HILL, 0, 0);
        for (int c = 0; c < 100; c++) {
            float[] a = Rows.row(random, 30, 2);
            float[] b = Rows.row(random, 30, 2);
            float[] d = Rows.row(random, 30, 2);
            assertThat(winner(against, RuleState.START, a, b, d)).as("every challenger wins").isEqualTo(2);
            assertThat(winner(inFavour, RuleState.START, a, b, d)).as("no challenger wins").isZero();
        }
        assertThat(winner(against, RuleState.START, P1, P1.clone())).as("equal ones do not").isZero();
        for (double alpha : new double[]{9.99e-4, 1 - 9.99e-4}) {
            assertThatThrownBy(() -> new EmSelect(alpha, Selector.KING_OF_HILL, 0, 0)).hasMessageContaining("alpha");
        }
    }

    /** Spec 02 §3's table: n - 1 comparisons, or n(n - 1)/2, or none of pairs. */
    @Test
    void everySelectorMakesItsNumberOfComparisons() {
        SplittableRandom random = new SplittableRandom(23);
        for (int n = 1; n <= 9; n++) {
            List<float[]> rows = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                rows.add(Rows.row(random, 10, 2));
            }
            assertThat(select(Selector.KING_OF_HILL, rows).comparisons()).hasSize(n - 1);
            assertThat(select(Selector.STICKY, rows).comparisons()).hasSize(n - 1);
            assertThat(select(Selector.BALANCED_BRACKET, rows).comparisons()).hasSize(n - 1);
            assertThat(select(Selector.ROUND_ROBIN, rows).comparisons()).hasSize(n * (n - 1) / 2);
            assertThat(select(Selector.CONSENSUS, rows).comparisons()).isEmpty();
        }
    }

    /**
     * Spec 02 §3: every expert of the cycle wins once; summed D are .0121, -.0263 and .0142, so the third is the winner in
     * all orders.
     */
    @Test
    void roundRobinResolvesTheCycleBySummedMargins() {
        for (List<float[]> order : orders(P1, P2, P3)) {
            assertThat(order.get(select(Selector.ROUND_ROBIN, order).winner())).isSameAs(P3);
        }
    }

    /** Spec 02 §3: argmin KL(p_fuse ‖ p_i), directly, in all orders. */
    @Test
    void consensusIsTheNearestToTheFusion() {
        SplittableRandom random = new SplittableRandom(24);
        for (int c = 0; c < 100; c++) {
            double[][] p = new double[3][];
            for (int i = 0; i < 3; i++) {
                p[i] = Rows.softmax(Rows.logits(random, 20, 2));
            }
            double[] fused = Rows.normalized(Rows.product(p, 1 / 3.0, 1 / 3.0, 1 / 3.0));
            int nearest = 0;
            for (int i = 1; i < 3; i++) {
                nearest = Rows.kl(fused, p[i]) < Rows.kl(fused, p[nearest]) ? i : nearest;
            }
            float[][] rows = {Rows.energies(p[0]), Rows.energies(p[1]), Rows.energies(p[2])};
            for (List<float[]> order : orders(rows[0], rows[1], rows[2])) {
                assertThat(order.get(select(Selector.CONSENSUS, order).winner())).isSameAs(rows[nearest]);
            }
        }
    }

    /** Spec 02 §3: the bracket plays (1,2), then the winner against 3; the odd one of five waits. */
    @Test
    void theBracketIsAKnockOut() {
        Selection three = select(Selector.BALANCED_BRACKET, CYCLE);
        assertThat(three.winner()).as("1 beats 2, 3 beats 1").isEqualTo(2);
        List<String> met = select(Selector.BALANCED_BRACKET, List.of(P1, P2, P2, P3, P1)).comparisons().stream()
                .map(c -> c.incumbent() + "-" + c.challenger()).toList();
        // 0 beats 1, 2 beats 3, 4 waits; 0 beats 2; 0 and 4 are equal.
        assertThat(met).containsExactly("0-1", "2-3", "0-2", "0-4");
    }

    /** Spec 02 §3, STICKY in the cycle: the challenger needs D < -δ against the incumbent of the step before. */
    @Test
    void stickyStaysWhereTheKingOfHillMovesOn() {
        ExpertWeights uniform = ExpertWeights.uniform(3);
        for (int incumbent = 0; incumbent < 3; incumbent++) {
            RuleState state = new RuleState(incumbent);
            // D against the one that beats it is at least -0.1950.
            assertThat(new EmSelect(.5, Selector.STICKY, .2, 0).select(CYCLE, uniform, state).winner())
                    .isEqualTo(incumbent);
            assertThat(new EmSelect(.5, Selector.STICKY, .15, 0).select(CYCLE, uniform, state).winner())
                    .isNotEqualTo(incumbent);
        }
        assertThat(new EmSelect(.5, Selector.STICKY, 0, 0)
                .select(CYCLE, ExpertWeights.of(.5, 0, .5), new RuleState(1)).winner())
                .as("an incumbent without weight does not play").isEqualTo(2);
    }

    /** Spec 02 §3: no cycle with two outcomes, many with more; 17 % at V = 8 (here Dirichlet(1), 20 000 triples). */
    @Test
    void cyclesAreCommonFromThreeOutcomesOn() {
        SplittableRandom random = new SplittableRandom(25);
        assertThat(cycles(random, 2, 5000)).isZero();
        assertThat(cycles(random, 3, 5000)).isBetween(.07, .13);
        assertThat(cycles(random, 8, 20_000)).isCloseTo(.17, within(.012));
    }

    private static double cycles(SplittableRandom random, int size, int triples) {
        int cycles = 0;
        for (int c = 0; c < triples; c++) {
            float[] a = Rows.dirichlet(random, size, 1);
            float[] b = Rows.dirichlet(random, size, 1);
            float[] d = Rows.dirichlet(random, size, 1);
            boolean first = Pair.compare(a, b, .5).d() >= 0;
            cycles += first == Pair.compare(b, d, .5).d() >= 0 && first == Pair.compare(d, a, .5).d() >= 0 ? 1 : 0;
        }
        return (double) cycles / triples;
    }

    /** Spec 02 §3: V = 20, Dirichlet(0.3): the order decides in 20 % (n = 3), 40 % (n = 4), 83 % (n = 8) of the cases. */
    @Test
    void theOrderDecidesMoreOftenAmongMoreExperts() {
        SplittableRandom random = new SplittableRandom(26);
        assertThat(orderDecides(random, 3)).isCloseTo(.20, within(.04));
        assertThat(orderDecides(random, 4)).isCloseTo(.40, within(.04));
        assertThat(orderDecides(random, 8)).isCloseTo(.83, within(.04));
    }

    private static double orderDecides(SplittableRandom random, int n) {
        SelectionStatistics statistics = new SelectionStatistics(EmSelect.DEFAULT, n);
        for (int c = 0; c < 1500; c++) {
            List<float[]> rows = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                rows.add(Rows.dirichlet(random, 20, .3));
            }
            statistics.add(rows, ExpertWeights.uniform(n));
        }
        return statistics.orderMatters();
    }

    /** Spec 02 §5: D is 0 at ε = 1/V and has its sign change there; the sharp expert wins below, the even one above. */
    @Test
    void anEvenTailOfMassOneOverVIsTheBreakEven() {
        for (int size : new int[]{10, 1000, 150_000}) {
            assertThat(evenAgainstSharp(size, 1.0 / size)).isCloseTo(0, within(2e-5));
            assertThat(evenAgainstSharp(size, .5 / size)).isLessThan(-.05);
            assertThat(evenAgainstSharp(size, 2.0 / size)).isGreaterThan(.05);
        }
    }

    private static double evenAgainstSharp(int size, double epsilon) {
        double[] flat = new double[size];
        double[] sharp = new double[size];
        Arrays.fill(flat, 1.0 / size);
        Arrays.fill(sharp, epsilon / (size - 1));
        sharp[0] = 1 - epsilon;
        return Pair.compare(Rows.energies(flat), Rows.energies(sharp), .5).d();
    }

    /** Spec 02 §5: outside the union nothing counts, and k of the vocabulary's size restricts nothing. */
    @Test
    void theRestrictedComparisonRenormalisesOnTheUnion() {
        SplittableRandom random = new SplittableRandom(27);
        for (int c = 0; c < 100; c++) {
            float[] a = Rows.row(random, 30, 2);
            float[] b = Rows.row(random, 30, 2);
            assertThat(Pair.compareTop(a, b, .5, 30).d()).isCloseTo(Pair.compare(a, b, .5).d(), within(1e-5));
        }
        float[] a = Rows.energies(.6, .3, .06, .04);
        float[] b = Rows.energies(.1, .7, .04, .16);
        Pair expected = Pair.compare(Rows.energies(2 / 3.0, 1 / 3.0), Rows.energies(1 / 8.0, 7 / 8.0), .5);
        assertThat(Pair.compareTop(a, b, .5, 1).d()).isCloseTo(expected.d(), within(1e-6));
        assertThat(Pair.compareTop(a, b, .5, 1).logZ()).isCloseTo(expected.logZ(), within(1e-6));
    }

    /** Spec 02 §3: NaN in D is an error. */
    @Test
    void whatCannotBeComparedIsAnError() {
        float[] bad = {Float.NaN, 1, 1};
        for (Selector selector : List.of(Selector.KING_OF_HILL, Selector.ROUND_ROBIN, Selector.BALANCED_BRACKET,
                Selector.STICKY)) {
            assertThatThrownBy(() -> select(selector, List.of(P1, bad))).hasMessageContaining("experts 0 and 1");
        }
    }

    /** Spec 02 §4: steps of infinite divergence are counted and left out of the sums. TV ≤ √(d/2) holds at each. */
    @Test
    void infiniteStepsAreCountedApart() {
        SequenceBound bound = new SequenceBound();
        ExpertWeights weights = ExpertWeights.uniform(2);
        List<float[]> vetoing = List.of(Rows.energies(.5, .5, 0), Rows.energies(.2, .2, .6));
        bound.add(FusedStep.of(vetoing, weights, 1), vetoing, 2);
        List<float[]> sound = List.of(P1, P2);
        FusedStep step = FusedStep.of(sound, weights, 0);
        bound.add(step, sound, 1);
        assertThat(bound.steps()).isEqualTo(2);
        assertThat(bound.infiniteSteps()).isEqualTo(1);
        assertThat(bound.selectedToFused()).isFinite().isEqualTo(step.klToFuse()[0]);
        assertThat(bound.disagreement()).isEqualTo(-step.logZ());
        double[] fused = Rows.normalized(Rows.product(new double[][]{{.05, .20, .75}, {.80, .05, .15}}, .5, .5));
        assertThat(bound.directEstimate()).isCloseTo(Math.log(.20 / fused[1]), within(1e-5));
        double variation = (Math.abs(.05 - fused[0]) + Math.abs(.20 - fused[1]) + Math.abs(.75 - fused[2])) / 2;
        assertThat(variation).isLessThanOrEqualTo(Math.sqrt(step.klToFuse()[0] / 2));
        assertThatThrownBy(() -> bound.add(FusedStep.of(sound, weights, -1), sound, 0)).hasMessageContaining("blended");
    }
}
