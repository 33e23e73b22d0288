package org.emfuse.rl.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments as cells whose results stay: small ones, whole. */
class ExperimentTest {

    private static final Budget TINY = TinyExperiments.BUDGET;

    @TempDir
    private Path folder;

    private Experiment experiment(Budget budget, String... methods) {
        return new Experiment(folder, budget, List.of("Pendulum-v1"), List.of(7L), List.of(methods));
    }

    @Test
    void everyCellIsDoneOnceAndATableGrows() throws IOException {
        TinyExperiments.Ended first = new TinyExperiments.Ended();
        assertThat(experiment(TINY, "expert", "emfuse", "emfuse-precision").run(2, () -> false, first)).isTrue();
        assertThat(first.names()).hasSize(3 + 3 + 5).doesNotHaveDuplicates()
                .contains("Pendulum-v1 seed 7 data upright", "Pendulum-v1 seed 7 model hanging",
                        "Pendulum-v1 seed 7 policy emfuse-precision");
        byte[] policy = Files.readAllBytes(
                folder.resolve("Pendulum-v1/seed-7/policies/emfuse/policy.safetensors"));

        TinyExperiments.Ended second = new TinyExperiments.Ended();
        Experiment more = experiment(TINY, "expert", "emfuse", "emfuse-precision", "bc");
        assertThat(more.run(1, () -> false, second)).isTrue();
        assertThat(second.names()).containsExactly("Pendulum-v1 seed 7 policy bc");
        assertThat(Files.readAllBytes(folder.resolve("Pendulum-v1/seed-7/policies/emfuse/policy.safetensors")))
                .isEqualTo(policy);

        ScoreTable table = ScoreTable.of(more);
        assertThat(table.rows()).extracting(ScoreTable.Row::method).containsExactly("expert:hanging", "expert:upright",
                "expert:swing-up", "emfuse", "emfuse-precision", "bc");
        assertThat(table.rows()).allSatisfy(row -> {
            assertThat(row.seeds()).containsExactly(7L);
            assertThat(row.missing()).isEmpty();
            assertThat(row.low()).isLessThanOrEqualTo(row.score());
            assertThat(row.high()).isGreaterThanOrEqualTo(row.score());
            assertThat(row.returns().getFirst()).isBetween(-3000.0, 0.0);
        });
    }

    @Test
    void oneJobAndTwoGiveTheSameBytes() throws IOException {
        Path other = folder.resolve("other");
        Experiment one = new Experiment(folder.resolve("one"), TINY, List.of("Pendulum-v1"), List.of(3L),
                List.of("emfuse"));
        Experiment two = new Experiment(other, TINY, List.of("Pendulum-v1"), List.of(3L), List.of("emfuse"));
        assertThat(one.run(1, () -> false, new TinyExperiments.Ended())).isTrue();
        assertThat(two.run(2, () -> false, new TinyExperiments.Ended())).isTrue();
        String policy = "Pendulum-v1/seed-3/policies/emfuse/policy.safetensors";
        assertThat(Files.readAllBytes(other.resolve(policy)))
                .isEqualTo(Files.readAllBytes(folder.resolve("one").resolve(policy)));
    }

    @Test
    void anotherBudgetInTheFolderIsRefused() {
        assertThat(experiment(TINY, "bc").run(1, () -> false, new TinyExperiments.Ended())).isTrue();
        assertThatThrownBy(() -> experiment(TINY.withPenalty(1), "bc").run(1, () -> false, new TinyExperiments.Ended()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another budget");
    }

    @Test
    void aDamagedResultIsNamed() throws IOException {
        Experiment experiment = experiment(TINY, "bc");
        assertThat(experiment.run(1, () -> false, new TinyExperiments.Ended())).isTrue();
        Path result = folder.resolve("Pendulum-v1/seed-7/policies/bc/result.json");
        Files.writeString(result, "{");
        assertThatThrownBy(() -> ScoreTable.of(experiment)).hasMessageContaining(result.toString())
                .hasMessageContaining("damaged");
    }

    @Test
    void unknownBudgetsAndEnvironmentsAreNamed() {
        assertThatThrownBy(() -> Budget.of("smoky")).hasMessageContaining("smoke");
        assertThatThrownBy(() -> Domain.of("Pendulum")).hasMessageContaining("Pendulum-v1");
    }
}
