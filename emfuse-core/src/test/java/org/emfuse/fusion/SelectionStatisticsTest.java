package org.emfuse.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
        int consensus = new EmSelect(.5, Selector.CONSENSUS, 0, 0).select(CYCLE, UNIFORM, RuleState.START).winner();
        assertThat(statistics.consensusDiffers()).isEqualTo(consensus == 2 ? 0 : .5);
    }

    @Test
    void expertsWithoutWeightAreNotCounted() {
        SelectionStatistics statistics = new SelectionStatistics(EmSelect.DEFAULT, 3);
        statistics.add(List.of(CYCLE.get(0), CYCLE.get(1), new float[]{Float.NaN, 0, 0}), ExpertWeights.of(.5, .5, 0));
        assertThat(statistics.share(2)).isZero();
        assertThat(statistics.orderMatters()).isZero();
    }
}
