package org.emfuse.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class ScoreMatrixTest {

    private static final ScoreMatrix SCORES = ScoreMatrix.ofSeeds(List.of("a", "b"),
            new double[][]{{1, 10}, {2, 40}, {3, 20}, {4, 30}, {8, 0}});

    @Test
    void rowsBecomeColumns() {
        assertThat(SCORES.tasks()).containsExactly("a", "b");
        assertThat(SCORES.scores(0)).containsExactly(1, 2, 3, 4, 8);
        assertThat(SCORES.scores(1)).containsExactly(10, 40, 20, 30, 0);
        assertThat(SCORES.pooled()).containsExactly(1, 2, 3, 4, 8, 10, 40, 20, 30, 0);
        assertThat(SCORES.fewestSeeds()).isEqualTo(5);
    }

    @Test
    void handComputedAggregates() {
        // Pooled: 0 1 | 2 3 4 8 10 20 | 30 40. Per task: 1 | 2 3 4 | 8 and 0 | 10 20 30 | 40.
        assertThat(Aggregate.POOLED_IQM.of(SCORES)).isCloseTo(47 / 6.0, within(1e-12));
        assertThat(Aggregate.MEAN_OF_TASK_IQMS.of(SCORES)).isEqualTo((3 + 20) / 2.0);
        assertThat(Aggregate.MEAN.of(SCORES)).isCloseTo((3.6 + 20) / 2, within(1e-12));
        assertThat(Aggregate.optimalityGap(20).of(SCORES)).isEqualTo((19 + 18 + 17 + 16 + 12 + 10 + 20) / 10.0);
        ScoreMatrix three = ScoreMatrix.ofSeeds(List.of("a", "b", "c"), new double[][]{{1, 5, 90}, {3, 7, 110}});
        assertThat(Aggregate.MEDIAN.of(three)).isEqualTo(6);
        assertThat(Aggregate.MEAN.of(three)).isEqualTo(36);
    }

    @Test
    void columnsMayDifferInLength() {
        Map<String, double[]> columns = new LinkedHashMap<>();
        columns.put("b", new double[]{5});
        columns.put("a", new double[]{1, 2, 3});
        ScoreMatrix scores = ScoreMatrix.ofTasks(columns);
        assertThat(scores.tasks()).containsExactly("b", "a");
        assertThat(scores.fewestSeeds()).isEqualTo(1);
        assertThat(Aggregate.POOLED_IQM.of(scores)).isEqualTo(2.5);
        assertThat(Aggregate.MEAN.of(scores)).isEqualTo(3.5);
    }

    @Test
    void doesNotChangeWithItsSource() {
        double[] source = {1, 2};
        ScoreMatrix scores = ScoreMatrix.ofTask("a", source);
        source[0] = 50;
        scores.scores(0)[1] = 50;
        assertThat(scores.scores(0)).containsExactly(1, 2);
    }

    @Test
    void badScoresAreRefusedByName() {
        assertThatIllegalArgumentException().isThrownBy(() -> ScoreMatrix.ofTasks(Map.of()))
                .withMessageContaining("at least one task");
        assertThatIllegalArgumentException().isThrownBy(() -> ScoreMatrix.ofTask("hopper"))
                .withMessageContaining("hopper has none");
        assertThatIllegalArgumentException().isThrownBy(() -> ScoreMatrix.ofTask("hopper", 1, Double.NaN))
                .withMessageContaining("score 1 of task hopper is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreMatrix.ofSeeds(List.of("a", "b"), new double[][]{{1, 2}, {3}}))
                .withMessageContaining("row 1 has 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreMatrix.ofSeeds(List.of("a", "a"), new double[][]{{1, 2}}))
                .withMessageContaining("[a, a]");
        assertThatIllegalArgumentException().isThrownBy(() -> ScoreMatrix.ofSeeds(List.of("a"), new double[0][]))
                .withMessageContaining("a has none");
    }
}
