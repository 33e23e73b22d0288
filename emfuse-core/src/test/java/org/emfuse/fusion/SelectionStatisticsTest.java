package org.emfuse.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.Rows;
import org.junit.jupiter.api.Test;

/** Spec 02 §6, on positions whose selections are known. */
class SelectionStatisticsTest {

    /** The cycle of spec 02 §3: the last of the order wins, whatever the order. */
    private static final List<float[]> CYCLE = List.of(Rows.energies(.05, .20, .75), Rows.energies(.80, .05, .15),
            Rows.energies(.25, .70, .05));
    /** All agree, the first two entirely. */
    private static final List<float[]> AGREED = List.of(Rows.energies(.8, .1, .1), Rows.energies(.8, .1, .1),
            Rows.energies(.7, .2, .1));
    /** The expert of the cycle that is nearest to the fusion. */
    private static final int NEAREST = 2;
    private static final ExpertWeights UNIFORM = ExpertWeights.uniform(3);

    @Test
    void sharesRunsAndSwitchesAreCountedWithinSequences() {
        SelectionStatistics statistics = new SelectionStatistics(EmSelect.DEFAULT, 3);
        assertThat(statistics.add(CYCLE, UNIFORM).winner()).isEqualTo(2);
        statistics.add(CYCLE, UNIFORM);
        int agreed = statistics.add(AGREED, UNIFORM).winner();
        assertThat(agreed).isZero();
        statistics.startSequence();
        statistics.add(CYCLE, UNIFORM);
        assertThat(statistics.steps()).isEqualTo(4);
        assertThat(statistics.share(2)).isEqualTo(.75);
        assertThat(statistics.share(0)).isEqualTo(.25);
        assertThat(statistics.switchRate()).as("one of two successions").isEqualTo(.5);
        assertThat(statistics.meanRunLength()).as("runs of 2, 1 and 1").isCloseTo(4 / 3.0, within(1e-12));
    }

    @Test
    void marginsAreThoseOfTheComparisons() {
        SelectionStatistics statistics = new SelectionStatistics(EmSelect.DEFAULT, 3);
        statistics.add(CYCLE, UNIFORM);
        // D(1,2) = 0.1950 keeps the first, D(1,3) = -0.1829 takes the third.
        assertThat(statistics.meanMargin()).isCloseTo((.1950 + .1829) / 2, within(1e-4));
    }

    @Test
    void itIsSeenWhereTheSelectionCannotMatterAndWhereTheOrderDoes() {
        SelectionStatistics statistics = new SelectionStatistics(EmSelect.DEFAULT, 3);
        statistics.add(CYCLE, UNIFORM);
        assertThat(statistics.orderMatters()).isEqualTo(1);
        assertThat(statistics.argmaxAgreement()).isZero();
        statistics.add(AGREED, UNIFORM);
        assertThat(statistics.argmaxAgreement()).isEqualTo(.5);
        assertThat(statistics.orderMatters()).as("equal rows are no difference").isEqualTo(.5);
    }

    @Test
    void expertsWithoutWeightAreNotCounted() {
        SelectionStatistics statistics = new SelectionStatistics(EmSelect.DEFAULT, 3);
        statistics.add(List.of(CYCLE.get(0), CYCLE.get(1), new float[]{Float.NaN, 0, 0}), ExpertWeights.of(.5, .5, 0));
        assertThat(statistics.share(2)).isZero();
        assertThat(statistics.orderMatters()).isZero();
    }

    /** The nearest to the fusion of the cycle is expert 2: KL .62, .54 and .44. */
    @Test
    void kingOfHillAndConsensusAreCompared() {
        double[][] p = {{.05, .20, .75}, {.80, .05, .15}, {.25, .70, .05}};
        double[] fused = Rows.normalized(Rows.product(p, 1 / 3.0, 1 / 3.0, 1 / 3.0));
        assertThat(Rows.kl(fused, p[NEAREST])).isLessThan(Rows.kl(fused, p[(NEAREST + 1) % 3]))
                .isLessThan(Rows.kl(fused, p[(NEAREST + 2) % 3]));
        for (Selector selector : Selector.values()) {
            SelectionStatistics statistics = new SelectionStatistics(new EmSelect(.5, selector, 0, 0), 3);
            for (int shift = 0; shift < 3; shift++) {
                List<float[]> shifted = List.of(CYCLE.get(shift), CYCLE.get((shift + 1) % 3),
                        CYCLE.get((shift + 2) % 3));
                statistics.add(shifted, UNIFORM);
            }
            // The king of the hill is the last of every order; only one order ends with the nearest.
            assertThat(statistics.consensusDiffers()).as("%s", selector).isCloseTo(2 / 3.0, within(1e-12));
        }
    }

    /** Spec 02 §6, all cyclic shifts: an expert that beats all others is selected in every order. */
    @Test
    void aWinnerOverAllIsSelectedInEveryOrder() {
        List<float[]> rows = List.of(Rows.energies(.45, .45, .1), Rows.energies(.01, .98, .01),
                Rows.energies(.3, .6, .1));
        SelectionStatistics statistics = new SelectionStatistics(EmSelect.DEFAULT, 3);
        assertThat(statistics.add(rows, UNIFORM).winner()).isEqualTo(1);
        assertThat(statistics.orderMatters()).isZero();
    }

    /** Spec 02 §5: the run log counts the decisions that the restriction to the top k changes. */
    @Test
    void changesByTheRestrictionAreCounted() {
        double[] flat = new double[1000];
        double[] sharp = new double[1000];
        Arrays.fill(flat, 1 / 1000.0);
        Arrays.fill(sharp, .05 / 999);
        sharp[0] = .95;
        List<float[]> evenTail = List.of(Rows.energies(flat), Rows.energies(sharp));
        ExpertWeights two = ExpertWeights.uniform(2);
        SelectionStatistics restricted = new SelectionStatistics(new EmSelect(.5, Selector.KING_OF_HILL, 0, 8), 2);
        assertThat(restricted.add(evenTail, two).winner()).isEqualTo(1);
        assertThat(restricted.restrictionDiffers()).isEqualTo(1);
        restricted.add(List.of(evenTail.get(1), evenTail.get(1)), two);
        assertThat(restricted.restrictionDiffers()).isEqualTo(.5);
        SelectionStatistics full = new SelectionStatistics(EmSelect.DEFAULT, 2);
        assertThat(full.add(evenTail, two).winner()).isZero();
        assertThat(full.restrictionDiffers()).isZero();
    }

    /** Spec 02 §3: disjoint pairs are decided for the incumbent and counted; they have no margin. */
    @Test
    void disjointPairsAreCounted() {
        SelectionStatistics statistics = new SelectionStatistics(EmSelect.DEFAULT, 3);
        statistics.add(List.of(Rows.energies(1, 0, 0), Rows.energies(0, 1, 0), Rows.energies(0, 0, 1)), UNIFORM);
        statistics.add(CYCLE, UNIFORM);
        assertThat(statistics.disjointPairs()).isEqualTo(2);
        assertThat(statistics.share(0)).isEqualTo(.5);
        assertThat(statistics.meanMargin()).isCloseTo((.1950 + .1829) / 4, within(1e-4));
    }

    /** STICKY's incumbent is that of the sequence, and a new sequence has none. */
    @Test
    void stickyRunsFromPositionToPosition() {
        SelectionStatistics statistics = new SelectionStatistics(new EmSelect(.5, Selector.STICKY, .2, 0), 3);
        statistics.add(AGREED, UNIFORM);
        assertThat(statistics.add(CYCLE, UNIFORM).winner()).as("within the margin").isZero();
        assertThat(statistics.switchRate()).isZero();
        assertThat(statistics.meanRunLength()).isEqualTo(2);
        statistics.startSequence();
        statistics.add(AGREED, UNIFORM);
        assertThat(statistics.meanRunLength()).as("a new sequence is a new run").isEqualTo(1.5);
        assertThat(statistics.switchRate()).isZero();
    }

    @Test
    void nothingAddedIsZeroEverywhere() {
        SelectionStatistics statistics = new SelectionStatistics(EmSelect.DEFAULT, 3);
        assertThat(statistics.steps()).isZero();
        assertThat(new double[]{statistics.share(0), statistics.switchRate(), statistics.meanRunLength(),
            statistics.meanMargin(), statistics.argmaxAgreement(), statistics.consensusDiffers(),
            statistics.orderMatters(), statistics.restrictionDiffers(), statistics.disjointPairs()})
                .containsOnly(0);
    }
}
