package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.data.DataSetInspection.Consistency;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The numbers of an inspection, against hand-made and plainly computed ones. */
class InspectionTest {

    /** Two episodes of 3 (timeout) and 2 (terminal) transitions; observations 0 and 2 are equal, 1 is constant. */
    private static Transitions small() {
        return new Transitions(3, 1, new float[]{1, 7, 1, 2, 7, 2, 3, 7, 3, 10, 7, 10, 20, 7, 20},
                new float[]{-1, 0, 1, 1, 0.5f}, new float[]{1, 2, 3, 4, 8},
                new float[]{2, 7, 2, 3, 7, 3.5f, 4, 7, 4, 20, 7, 20, 30, 7, 30},
                new boolean[]{false, false, false, false, true},
                new boolean[]{false, false, true, false, false});
    }

    private static DataSetInspection inspect(Transitions data, InspectionConfig config) {
        return Inspection.of(Map.of("log", data), config).dataSets().getFirst();
    }

    @Test
    void aSmallDataSetIsDescribed() {
        DataSetInspection found = inspect(small(), InspectionConfig.DEFAULT);
        assertThat(found.transitions()).isEqualTo(5);
        assertThat(found.episodes()).isEqualTo(2);
        assertThat(found.terminal()).isEqualTo(1);
        assertThat(found.timeout()).isEqualTo(1);
        assertThat(found.endOfData()).isZero();
        assertThat(found.returns().summary().min()).isEqualTo(6);
        assertThat(found.returns().summary().max()).isEqualTo(12);
        assertThat(found.returns().summary().mean()).isEqualTo(9);
        assertThat(found.returns().summary().deviation()).isEqualTo(3);
        assertThat(found.lengths().summary().median()).isEqualTo(2.5);
        assertThat(found.reward().summary().median()).isEqualTo(3);
        assertThat(found.reward().summary().q25()).isCloseTo(5.0 / 3, within(1e-12)); // between 1 and 2, of five
        assertThat(found.observation()).extracting(DataSetInspection.Variable::constant).containsExactly(false, true,
                false);
        assertThat(found.equalCoordinates()).containsExactly(List.of("observation[0]", "observation[2]"));
        assertThat(found.consistency()).isEqualTo(new Consistency(3, 1, 0.5, 1));
        assertThat(found.action().getFirst().atLimits()).isEqualTo(0.6); // -1, 1 and 1
        assertThat(found.observation()).allSatisfy(variable -> assertThat(variable.notFinite()).isZero());
    }

    @Test
    void givenLimitsAndNamesAreUsed() {
        DataSetInspection found = inspect(small(), new InspectionConfig(List.of("x", "c", "y"), List.of("force"),
                List.of(-2.0), List.of(1.0), 4, 0));
        assertThat(found.action().getFirst().atLimits()).isEqualTo(0.4);
        assertThat(found.action().getFirst().variable().name()).isEqualTo("force");
        assertThat(found.equalCoordinates()).containsExactly(List.of("x", "y"));
        assertThat(found.reward().histogram().edges()).containsExactly(1.0, 2.75, 4.5, 6.25, 8.0);
        assertThat(found.reward().histogram().counts()).containsExactly(2L, 2L, 0L, 1L);
        assertThat(found.observation().get(1).histogram()).isEqualTo(new Histogram(List.of(7.0, 7.0), List.of(5L)));
    }

    @Test
    void summariesAgreeWithPlainSums() {
        Transitions data = RandomEpisodes.of(4, RandomEpisodes.lengths(4, 30, 40));
        DataSetInspection found = inspect(data, InspectionConfig.DEFAULT);
        for (int c = 0; c < 3; c++) {
            double sum = 0;
            double squares = 0;
            double[] column = new double[data.size()];
            for (int i = 0; i < data.size(); i++) {
                column[i] = data.observations()[3 * i + c];
                sum += column[i];
            }
            double mean = sum / data.size();
            for (double value : column) {
                squares += (value - mean) * (value - mean);
            }
            Arrays.sort(column);
            Summary summary = found.observation().get(c).summary();
            assertThat(summary.mean()).isCloseTo(mean, within(1e-9));
            assertThat(summary.deviation()).isCloseTo(Math.sqrt(squares / data.size()), within(1e-9));
            assertThat(summary.min()).isEqualTo(column[0]);
            assertThat(summary.max()).isEqualTo(column[data.size() - 1]);
            assertThat(Arrays.stream(column).filter(x -> x <= summary.q95()).count() / (double) data.size())
                    .isCloseTo(0.95, within(2.0 / data.size()));
            assertThat(found.observation().get(c).histogram().counts().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(data.size());
        }
        assertThat(found.consistency().different()).isZero();
        assertThat(found.consistency().compared()).isEqualTo(data.size() - found.episodes());
        assertThat(found.consistency().transition()).isEqualTo(-1);
    }

    @Test
    void valuesThatAreNotFiniteAreCounted() {
        Transitions data = small();
        data.observations()[3] = Float.NaN;
        data.rewards()[0] = Float.POSITIVE_INFINITY;
        DataSetInspection found = inspect(data, InspectionConfig.DEFAULT);
        assertThat(found.observation()).extracting(DataSetInspection.Variable::notFinite).containsExactly(1L, 0L, 0L);
        assertThat(found.observation().getFirst().summary().min()).isEqualTo(1);
        assertThat(found.reward().notFinite()).isEqualTo(1);
        assertThat(found.returns().notFinite()).isEqualTo(1);
        assertThat(found.consistency().largest()).isNaN();
        assertThat(found.equalCoordinates()).isEmpty();
        Arrays.fill(data.rewards(), Float.NaN);
        assertThat(inspect(data, InspectionConfig.DEFAULT).reward().summary().mean()).isNaN();
    }

    @Test
    void severalDataSetsAreComparedAndWrittenAsJson() {
        Map<String, Transitions> sets = new LinkedHashMap<>();
        sets.put("north", RandomEpisodes.of(1, 50, 50));
        sets.put("south", RandomEpisodes.of(2, 50, 50));
        sets.put("east", RandomEpisodes.of(3, 50, 50));
        Inspection found = Inspection.of(sets, InspectionConfig.DEFAULT);
        assertThat(found.coverage()).extracting(each -> each.covered() + " by " + each.by()).containsExactly(
                "north by south", "north by east", "south by north", "south by east", "east by north", "east by south");
        JsonNode json = JsonMapper.builder().build().readTree(found.toJson());
        assertThat(json.at("/dataSets/2/name").asString()).isEqualTo("east");
        assertThat(json.at("/dataSets/0/observation/1/summary/median").asDouble())
                .isEqualTo(found.dataSets().getFirst().observation().get(1).summary().median());
        assertThat(json.at("/dataSets/0/returns/histogram/counts").size()).isEqualTo(30);
        assertThat(json.at("/coverage/5/value").asDouble()).isEqualTo(found.coverage().get(5).value());
    }

    @Test
    void whatCannotBeInspectedIsNamed() {
        Transitions none = new Transitions(1, 1, new float[0], new float[0], new float[0], new float[0], new boolean[0],
                new boolean[0]);
        assertThatThrownBy(() -> inspect(none, InspectionConfig.DEFAULT)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("log has no transitions");
        assertThatThrownBy(() -> Inspection.of(Map.of(), InspectionConfig.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
        Map<String, Transitions> unlike = new LinkedHashMap<>();
        unlike.put("a", small());
        unlike.put("b", RandomEpisodes.of(1, 5));
        assertThatThrownBy(() -> Inspection.of(unlike, InspectionConfig.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("b has 3 observation and 2 action coordinates, a has 3 and 1");
        assertThatThrownBy(() -> inspect(small(),
                new InspectionConfig(List.of("x"), List.of(), List.of(), List.of(), 3, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 names of observation coordinates");
        assertThatThrownBy(() -> new InspectionConfig(List.of(), List.of(), List.of(1.0), List.of(), 3, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new InspectionConfig(List.of(), List.of(), List.of(), List.of(), 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
