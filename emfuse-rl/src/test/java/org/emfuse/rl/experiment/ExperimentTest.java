package org.emfuse.rl.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.emfuse.rl.dynamics.PredictionRule;
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
    void policiesAreGivenTheBudgetsShareOfLoggedTransitionsAndNextState() throws IOException {
        Budget other = TINY.withRealShare(0.25).withNext(PredictionRule.Next.MEAN);
        assertThat(experiment(other, "emfuse").run(1, () -> false, new TinyExperiments.Ended())).isTrue();
        Path result = folder.resolve("Pendulum-v1/seed-7/policies/emfuse/result.json");
        assertThat(Files.readString(result)).contains("\"realShare\" : 0.25", "next=MEAN");
    }

    @Test
    void aFolderFromBeforeASettingGoesOnAndOneWithAnUnknownSettingDoesNot() throws IOException {
        ExperimentFolder.claim(folder, TINY);
        Path file = folder.resolve("budget.json");
        String now = Files.readString(file);
        for (String setting : List.of(",\"realShare\":0.0", ",\"next\":\"RANDOM_SLICE\"")) {
            String before = now.replaceFirst(setting, "");
            assertThat(before).isNotEqualTo(now);
            Files.writeString(file, before);
            ExperimentFolder.claim(folder, TINY);
        }
        assertThatThrownBy(() -> ExperimentFolder.claim(folder, TINY.withNext(PredictionRule.Next.ONE_STEP)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another budget");
        assertThatThrownBy(() -> ExperimentFolder.claim(folder, TINY.withRealShare(0.1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another budget");
        Files.writeString(file, now.replaceFirst("realShare", "anotherShare"));
        assertThatThrownBy(() -> ExperimentFolder.claim(folder, TINY)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("budget.json");
    }

    @Test
    void aPolicyWhoseFileIsGoneIsFinishedAgain() throws IOException {
        Experiment experiment = experiment(TINY, "bc");
        assertThat(experiment.run(1, () -> false, new TinyExperiments.Ended())).isTrue();
        Path policy = folder.resolve("Pendulum-v1/seed-7/policies/bc/policy.safetensors");
        byte[] before = Files.readAllBytes(policy);
        Files.delete(policy);
        TinyExperiments.Ended again = new TinyExperiments.Ended();
        assertThat(experiment.run(1, () -> false, again)).isTrue();
        assertThat(again.names()).containsExactly("Pendulum-v1 seed 7 policy bc");
        assertThat(policy).hasBinaryContent(before);
    }

    @Test
    void anotherBudgetInTheFolderIsRefused() {
        assertThat(experiment(TINY, "bc").run(1, () -> false, new TinyExperiments.Ended())).isTrue();
        assertThatThrownBy(() -> experiment(TINY.withPenalty(1), "bc").run(1, () -> false, new TinyExperiments.Ended()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another budget");
    }

    @Test
    void aCellThatFailsKeepsBackOnlyThoseThatNeedIt() throws IOException {
        Path model = Files.createDirectories(folder.resolve("Pendulum-v1/seed-7/models/upright"));
        Files.writeString(model.resolve("checkpoint.safetensors"), "no checkpoint");
        Experiment experiment = experiment(TINY, "expert", "emfuse", "bc");
        TinyExperiments.Ended first = new TinyExperiments.Ended();
        assertThatThrownBy(() -> experiment.run(1, () -> false, first)).isInstanceOf(FailedCells.class)
                .hasMessageContaining("1 of 11 cells failed")
                .hasMessageContaining("Pendulum-v1 seed 7 model upright: ")
                .hasMessageContaining(model.resolve("checkpoint.safetensors").toString())
                .hasMessageContaining("(folder " + model + ")").hasMessageContaining("2 cells that need them wait")
                .hasMessageContaining("remove the folder").hasCauseInstanceOf(RuntimeException.class);
        assertThat(first.failed()).containsExactly("Pendulum-v1 seed 7 model upright");
        assertThat(first.names()).hasSize(8).contains("Pendulum-v1 seed 7 policy bc",
                "Pendulum-v1 seed 7 policy expert:hanging", "Pendulum-v1 seed 7 policy expert:swing-up");
        assertThat(ScoreTable.of(experiment).rows()).extracting(ScoreTable.Row::method)
                .containsExactly("expert:hanging", "expert:swing-up", "bc");

        Files.delete(model.resolve("checkpoint.safetensors"));
        TinyExperiments.Ended second = new TinyExperiments.Ended();
        assertThat(experiment.run(1, () -> false, second)).isTrue();
        assertThat(second.failed()).isEmpty();
        assertThat(second.names()).containsExactly("Pendulum-v1 seed 7 model upright",
                "Pendulum-v1 seed 7 policy expert:upright", "Pendulum-v1 seed 7 policy emfuse");
    }

    /** Files where cells make folders: none of the data can be collected. */
    @Test
    void manyFailuresAreCounted() throws IOException {
        List<Long> seeds = List.of(1L, 2L, 3L, 4L, 5L);
        for (long seed : seeds) {
            Path data = Files.createDirectories(folder.resolve("Pendulum-v1/seed-" + seed + "/data"));
            for (String domain : List.of("hanging", "upright", "swing-up")) {
                Files.writeString(data.resolve(domain + ".hdf5.parts"), "");
            }
        }
        Experiment experiment = new Experiment(folder, TINY, List.of("Pendulum-v1"), seeds, List.of("bc"));
        assertThatThrownBy(() -> experiment.run(2, () -> false, new TinyExperiments.Ended()))
                .isInstanceOf(FailedCells.class).hasMessageContaining("15 of 20 cells failed")
                .hasMessageContaining("Pendulum-v1 seed 1 data hanging: ")
                .hasMessageContaining("hanging.hdf5.parts")
                .hasMessageContaining("and 5 more").hasMessageContaining("5 cells that need them wait")
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1 + 10 + 1 + 2))
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(14));
    }

    @Test
    void anErrorStopsEverything() {
        TinyExperiments.Ended failing = new TinyExperiments.Ended() {
            @Override
            public void progressed(String cell, long done, long size, int allDone, int all) {
                if (cell.endsWith("data upright")) {
                    throw new OutOfMemoryError("no room");
                }
            }
        };
        assertThatThrownBy(() -> experiment(TINY, "bc").run(1, () -> false, failing))
                .isInstanceOf(IllegalStateException.class).isNotInstanceOf(FailedCells.class)
                .hasMessageContaining("no room").hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(failing.names()).containsExactly("Pendulum-v1 seed 7 data hanging");
        assertThat(failing.failed()).isEmpty();
    }

    @Test
    void aDamagedBudgetIsNamedAndStays() throws IOException {
        Path budget = folder.resolve("budget.json");
        for (String text : List.of("{", "[]", "")) {
            Files.writeString(budget, text);
            assertThatThrownBy(() -> experiment(TINY, "bc").run(1, () -> false, new TinyExperiments.Ended()))
                    .as(text).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(budget.toString())
                    .hasMessageContaining("damaged").hasMessageContaining("another folder");
            assertThat(budget).hasContent(text);
        }
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("budget.json", ".lock");
    }

    /** The budget is that of whoever works in the folder. */
    @Test
    void nothingIsWrittenWhereAnotherWorks() throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); FileLock _ = file.lock()) {
            assertThatThrownBy(() -> experiment(TINY, "bc").run(1, () -> false, new TinyExperiments.Ended()))
                    .hasMessageContaining("another process works in");
            assertThat(folder.toFile().list()).containsExactly(".lock");
        }
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
        assertThatThrownBy(() -> Task.of("Pendulum")).hasMessageContaining("Pendulum-v1");
    }
}
