package org.emfuse.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpertWeightsTest {

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesWeightsThatAreNotWeights(double bad) {
        assertThatThrownBy(() -> ExpertWeights.of(1, bad)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(bad));
    }

    @Test
    void refusesSumsOtherThanOne() {
        assertThatThrownBy(() -> ExpertWeights.of(0, 0)).hasMessageContaining("sum 0.0");
        assertThatThrownBy(() -> ExpertWeights.of(.5, .4)).hasMessageContaining("sum 0.9");
        assertThatThrownBy(() -> ExpertWeights.of()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void renormalisesSumsWithinTheTolerance() {
        ExpertWeights weights = ExpertWeights.of(.5, .5 + 5e-7);
        assertThat(weights.lambda(0) + weights.lambda(1)).isCloseTo(1, offset(1e-15));
        assertThatThrownBy(() -> ExpertWeights.of(.5, .5 + 2e-6)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void arraysAreCopied() {
        double[] given = {.5, .5};
        ExpertWeights weights = ExpertWeights.of(given);
        given[0] = 7;
        weights.toArray()[1] = 7;
        assertThat(weights).isEqualTo(ExpertWeights.uniform(2));
    }
}
