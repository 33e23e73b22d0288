package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;

class VectorEnvTest {

    private static VectorEnv three() {
        return new VectorEnv(List.of(Environments.make("CartPoleSwingUp-v0"), Environments.make("CartPoleSwingUp-v0"),
                Environments.make("CartPoleSwingUp-v0:mass=0.3")));
    }

    /** Drives environment 0 off its track again and again; the others idle to the horizon. */
    private static double[][] actions() {
        return new double[][]{{10}, {0}, {0.5}};
    }

    @Test
    void stepsEachEnvironmentAsItWouldStepAlone() {
        try (VectorEnv vector = three(); Env alone = Environments.make("CartPoleSwingUp-v0:mass=0.3")) {
            vector.reset(10);
            assertThat(vector.observations()[2]).containsExactly(alone.reset(12));
            for (int t = 0; t < 20; t++) {
                Step[] steps = vector.step(actions());
                assertThat(steps[2]).usingRecursiveComparison().isEqualTo(alone.step(new double[]{0.5}));
                assertThat(vector.observations()[2]).containsExactly(steps[2].observation());
            }
        }
    }

    @Test
    void anEndedEpisodeGivesItsFinalObservationAndTheNextOneHasStarted() {
        try (VectorEnv vector = three(); Env alone = Environments.make("CartPoleSwingUp-v0")) {
            vector.reset(10);
            alone.reset(10);
            Step[] steps;
            Step expected;
            do {
                expected = alone.step(new double[]{10});
                steps = vector.step(actions());
            } while (!steps[0].last());
            assertThat(steps[0]).usingRecursiveComparison().isEqualTo(expected);
            assertThat(steps[0].terminated()).isTrue();
            assertThat(Math.abs(steps[0].observation()[0])).isGreaterThan(2.4);
            assertThat(vector.seeds()).containsExactly(13, 11, 12);
            assertThat(vector.observations()[0]).containsExactly(alone.reset(13));
            assertThat(vector.step(actions())[0]).usingRecursiveComparison()
                    .isEqualTo(alone.step(new double[]{10}));
        }
    }

    @Test
    void savedStatesContinueBitForBit() {
        try (VectorEnv vector = three(); VectorEnv other = three()) {
            vector.reset(10);
            for (int t = 0; t < 50; t++) {
                vector.step(actions());
            }
            other.restore(vector.states(), vector.seeds());
            for (int t = 0; t < 300; t++) {
                assertThat(other.observations()).isDeepEqualTo(vector.observations());
                assertThat(other.step(actions())).usingRecursiveComparison().isEqualTo(vector.step(actions()));
                assertThat(other.seeds()).containsExactly(vector.seeds());
            }
        }
    }

    @Test
    void refusesWrongActionsBeforeAnythingMoves() {
        try (VectorEnv vector = three()) {
            assertThatThrownBy(vector::observations).isInstanceOf(IllegalStateException.class);
            vector.reset(0);
            double[][] before = vector.states();
            for (double[][] wrong : new double[][][]{{{0}, {0}}, {{0}, {0}, {Double.NaN}}, {{0}, {0}, {0, 0}}}) {
                assertThatThrownBy(() -> vector.step(wrong)).isInstanceOf(IllegalArgumentException.class);
                assertThat(vector.states()).isDeepEqualTo(before);
            }
        }
    }

    @Test
    void refusesEnvironmentsOfDifferentSizes() {
        List<Env> different = List.of(Environments.make("Pendulum-v1"), Environments.make("Reacher2D-v0"));
        assertThatThrownBy(() -> new VectorEnv(different)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Reacher2D-v0");
        assertThatThrownBy(() -> new VectorEnv(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closingClosesAll() {
        VectorEnv vector = three();
        vector.reset(0);
        vector.close();
        assertThatThrownBy(() -> vector.step(actions())).isInstanceOf(IllegalStateException.class);
    }
}
