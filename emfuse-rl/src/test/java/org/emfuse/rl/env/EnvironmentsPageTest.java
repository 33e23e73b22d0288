package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

/** The documentation page says what the code does. */
class EnvironmentsPageTest {

    @Test
    void everyEnvironmentHasItsTables() throws IOException {
        for (String id : Environments.ids()) {
            EnvSpec spec = Environments.spec(id);
            assertThat(EnvironmentsPage.text()).contains("| `" + id + "` | " + Environments.description(id) + " |\n");
            assertThat(EnvironmentsPage.section(id)).contains(EnvironmentsPage.table(spec.observations()))
                    .contains(EnvironmentsPage.table(spec.actions()))
                    .contains(EnvironmentsPage.parameters(Environments.parameters(id)))
                    .contains("time step " + spec.timeStep() + " s, horizon " + spec.horizon() + " steps");
        }
    }

    @Test
    void theLearningSettingsAreThoseOfTheCode() throws IOException {
        List<List<String>> expected = new ArrayList<>();
        for (String id : List.of("Pendulum-v1", "CartPoleSwingUp-v0", "PointMass2D-v0", "PointMass2D-v0:obstacles=1",
                "Reacher2D-v0")) {
            LearningSettings settings = Environments.learning(id);
            expected.add(List.of("`" + id + "`", Long.toString(settings.steps()), Double.toString(settings.gamma())));
        }
        assertThat(EnvironmentsPage.rows(EnvironmentsPage.section("Learning settings"),
                "| environment | steps | discount |")).isEqualTo(expected);
    }
}
