package org.emfuse.rl.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments as cells whose results stay: small ones, whole. */
class ExperimentTest {

    private static final Budget TINY = new Budget("tiny", 1_000, 2, 16, 1, 16, 2, 5, 10, 5, 4, 10, 3, 10, 20, 32, 32,
            0.1, 2);

    @TempDir
    private Path folder;

    private Experiment experiment(Budget budget, String... methods) {
        return new Experiment(folder, budget, List.of("Pendulum-v1"), List.of(7L), List.of(methods));
    }

    /** Hears the names of the cells that were done. */
    private static class Ended implements Experiment.Listener {

        private final List<String> names = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger most = new AtomicInteger();

        @Override
        public void progressed(String cell, long done, long size, int allDone, int all) {
            assertThat(done).isBetween(0L, size);
            most.accumulateAndGet(allDone, Math::max);
        }

        @Override
        public void ended(String cell, double seconds, int allDone, int all) {
            names.add(cell);
        }
    }

    @Test
    void everyCellIsDoneOnceAndATableGrows() throws IOException {
        Ended first = new Ended();
        assertThat(experiment(TINY, "expert", "emfuse", "emfuse-precision").run(2, () -> false, first)).isTrue();
        assertThat(first.names).hasSize(3 + 3 + 5).doesNotHaveDuplicates()
                .contains("Pendulum-v1 seed 7 data upright", "Pendulum-v1 seed 7 model hanging",
                        "Pendulum-v1 seed 7 policy emfuse-precision");
        byte[] policy = Files.readAllBytes(
                folder.resolve("Pendulum-v1/seed-7/policies/emfuse/policy.safetensors"));

        Ended second = new Ended();
        Experiment more = experiment(TINY, "expert", "emfuse", "emfuse-precision", "bc");
        assertThat(more.run(1, () -> false, second)).isTrue();
        assertThat(second.names).containsExactly("Pendulum-v1 seed 7 policy bc");
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
        assertThat(one.run(1, () -> false, new Ended())).isTrue();
        assertThat(two.run(2, () -> false, new Ended())).isTrue();
        String policy = "Pendulum-v1/seed-3/policies/emfuse/policy.safetensors";
        assertThat(Files.readAllBytes(other.resolve(policy)))
                .isEqualTo(Files.readAllBytes(folder.resolve("one").resolve(policy)));
    }

    @Test
    void aStoppedExperimentGoesOnAndEndsTheSame() throws IOException {
        AtomicBoolean stop = new AtomicBoolean();
        Ended inTheMiddle = new Ended() {
            @Override
            public void progressed(String cell, long done, long size, int allDone, int all) {
                stop.set(cell.contains("policy") && done == 8);
            }
        };
        Experiment stopped = new Experiment(folder.resolve("stopped"), TINY, List.of("Pendulum-v1"), List.of(3L),
                List.of("emfuse"));
        assertThat(stopped.run(1, stop::get, inTheMiddle)).isFalse();
        assertThat(Files.exists(folder.resolve("stopped/Pendulum-v1/seed-3/policies/emfuse/checkpoint.safetensors")))
                .isTrue();
        assertThat(ScoreTable.of(stopped).rows()).isEmpty();
        assertThat(stopped.run(2, () -> false, new Ended())).isTrue();
        Experiment whole = new Experiment(folder.resolve("whole"), TINY, List.of("Pendulum-v1"), List.of(3L),
                List.of("emfuse"));
        assertThat(whole.run(2, () -> false, new Ended())).isTrue();
        String policy = "Pendulum-v1/seed-3/policies/emfuse/policy.safetensors";
        assertThat(Files.readAllBytes(folder.resolve("stopped").resolve(policy)))
                .isEqualTo(Files.readAllBytes(folder.resolve("whole").resolve(policy)));
    }

    @Test
    void anotherBudgetInTheFolderIsRefused() {
        assertThat(experiment(TINY, "bc").run(1, () -> false, new Ended())).isTrue();
        assertThatThrownBy(() -> experiment(TINY.withPenalty(1), "bc").run(1, () -> false, new Ended()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another budget");
    }

    @Test
    void aDamagedResultIsNamed() throws IOException {
        Experiment experiment = experiment(TINY, "bc");
        assertThat(experiment.run(1, () -> false, new Ended())).isTrue();
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
