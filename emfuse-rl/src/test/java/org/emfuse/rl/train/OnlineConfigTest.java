package org.emfuse.rl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.LearningSettings;
import org.junit.jupiter.api.Test;

class OnlineConfigTest {

    @Test
    void recommendedSettingsAreThoseOfTheEnvironmentAndTheUsualOnesOtherwise() {
        for (String env : new String[]{"Pendulum-v1", "PointMass2D-v0:obstacles=1", "Reacher2D-v0:mass=2"}) {
            LearningSettings learning = Environments.learning(env);
            OnlineConfig config = OnlineConfig.recommended(env, 7);
            assertThat(config.steps()).isEqualTo(learning.steps());
            assertThat(config.sac().gamma()).isEqualTo(learning.gamma());
            assertThat(config).isEqualTo(OnlineConfig.of(env, learning.steps(), 7).withGamma(learning.gamma()));
            assertThat(config.env()).isEqualTo(env);
            assertThat(config.seed()).isEqualTo(7);
        }
        assertThat(Environments.learning("PointMass2D-v0:mass=2")).isEqualTo(Environments.learning("PointMass2D-v0"));
    }

    @Test
    void refusesAnUnknownEnvironment() {
        assertThatThrownBy(() -> OnlineConfig.recommended("Pendulum-v9", 7))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Pendulum-v1");
    }

    @Test
    void anotherDiscountChangesNothingElse() {
        OnlineConfig config = OnlineConfig.of("Pendulum-v1", 100, 3);
        assertThat(config.withGamma(0.9).sac().gamma()).isEqualTo(0.9);
        assertThat(config.withGamma(0.9).withGamma(0.99)).isEqualTo(config);
    }
}
