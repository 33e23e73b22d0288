package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.junit.jupiter.api.Test;

/** Common scales from each domain's statistics are those of the data put together. */
class CommonScalesTest {

    @Test
    void statisticsGiveWhatTheDataTogetherWould() {
        List<Transitions> domains = List.of(Domains.data(7, 9, 1, 0), Domains.data(3, 5, 2, 4),
                Domains.data(11, 4, 3, -2));
        Normaliser.Values common = CommonScales
                .of(domains.stream().map(data -> CommonScales.Domain.of(new SliceData(data, 3))).toList());
        Normaliser.Values together = new SliceData(Transitions.concat(domains), 3).scales();
        close(common.stateMean(), together.stateMean());
        close(common.stateDeviation(), together.stateDeviation());
        close(common.actionMean(), together.actionMean());
        close(common.actionDeviation(), together.actionDeviation());
        for (int m = 0; m < 3; m++) {
            close(common.targetScale()[m], together.targetScale()[m]);
            close(common.targetMean()[m], together.targetMean()[m]);
        }
        // They are not those of any one domain.
        assertThat(common.stateMean()[0]).isNotCloseTo(new SliceData(domains.getFirst(), 3).scales().stateMean()[0],
                within(0.1));
    }

    private static void close(double[] found, double[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int j = 0; j < found.length; j++) {
            assertThat(found[j]).isCloseTo(expected[j], within(1e-9 * Math.max(1, Math.abs(expected[j]))));
        }
    }

    @Test
    void otherLengthsAreRefused() {
        CommonScales.Domain three = CommonScales.Domain.of(new SliceData(Domains.data(5, 6, 1, 0), 3));
        CommonScales.Domain two = CommonScales.Domain.of(new SliceData(Domains.data(5, 6, 1, 0), 2));
        assertThatThrownBy(() -> CommonScales.of(List.of(three, two))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longest slice, found 3 and 2");
    }
}
