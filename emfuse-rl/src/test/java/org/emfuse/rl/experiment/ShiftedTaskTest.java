package org.emfuse.rl.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.ReturnReference;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.train.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task whose domains differ in their dynamics: every policy is scored in each of them, and the mean counts. */
class ShiftedTaskTest {

    private static final String TASK = "Pendulum-v1-shifted";
    private static final List<String> IN_EACH = List.of(TASK + " in Pendulum-v1:mass=0.7", TASK + " in Pendulum-v1",
            TASK + " in Pendulum-v1:mass=1.3");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Experiment experiment(String... methods) {
        return new Experiment(folder, TinyExperiments.BUDGET, List.of(TASK), List.of(7L), List.of(methods));
    }

    @Test
    void policiesAreScoredInTheEnvironmentOfEachDomain() {
        TinyExperiments.Ended ended = new TinyExperiments.Ended();
        Experiment experiment = experiment("emfuse", "fused-policy", "td3bc");
        assertThat(experiment.run(2, () -> false, ended)).isTrue();
        // Data and models of three domains, three clones; three methods in three environments.
        assertThat(ended.names()).doesNotHaveDuplicates().hasSize(3 + 3 + 3 + 3 * 3)
                .contains(TASK + " seed 7 policy emfuse in Pendulum-v1:mass=0.7");
        ScoreTable table = ScoreTable.of(experiment);
        assertThat(table.rows()).extracting(ScoreTable.Row::env).containsOnly(TASK);
        assertThat(table.each()).extracting(ScoreTable.Row::env).containsExactly(IN_EACH.get(0), IN_EACH.get(0),
                IN_EACH.get(0), IN_EACH.get(1), IN_EACH.get(1), IN_EACH.get(1), IN_EACH.get(2), IN_EACH.get(2),
                IN_EACH.get(2));
        for (ScoreTable.Row row : table.rows()) {
            List<Double> each = table.each().stream().filter(other -> other.method().equals(row.method()))
                    .map(other -> other.returns().getFirst()).toList();
            assertThat(each).doesNotHaveDuplicates();
            assertThat(row.returns().getFirst())
                    .isCloseTo(each.stream().mapToDouble(x -> x).average().orElseThrow(), within(1e-9));
        }
        assertThat(experiment.run(2, () -> false, ended)).isTrue();
        assertThat(ended.names()).doesNotHaveDuplicates();
    }

    @Test
    void aScoreIsThatOfTheLearnedPolicyInThatEnvironment() {
        Experiment experiment = experiment("emfuse");
        assertThat(experiment.run(2, () -> false, new TinyExperiments.Ended())).isTrue();
        Path policy = experiment.policy(TASK, 7, "emfuse");
        PolicyFile file = PolicyFile.read(policy.resolve("policy.safetensors"));
        try {
            for (String env : Task.of(TASK).scored()) {
                double[] played = Evaluation.run(ActorPolicy.deterministic(file.actor()), env,
                        TinyExperiments.BUDGET.episodes(), RunFolder.EVALUATION_SEED).returns();
                assertThat(CellResult.read(experiment.score(Task.of(TASK), 7, "emfuse", env)).returns())
                        .containsExactly(played);
            }
        } finally {
            file.actor().close();
        }
    }

    @Test
    void aSeedIsMissingUntilAllItsScoresAreThere() throws IOException {
        Experiment experiment = experiment("bc", "iql");
        write(experiment, "bc", "Pendulum-v1:mass=0.7", "[-100, -300]");
        write(experiment, "bc", "Pendulum-v1", "[-200, -200]");
        write(experiment, "iql", "Pendulum-v1", "[-200, -200]");
        ScoreTable some = ScoreTable.of(experiment);
        assertThat(some.rows()).isEmpty();
        assertThat(some.each()).extracting(ScoreTable.Row::env).containsExactly(IN_EACH.get(0), IN_EACH.get(1),
                IN_EACH.get(1));
        write(experiment, "bc", "Pendulum-v1:mass=1.3", "[-600, -700]");
        ScoreTable.Row row = ScoreTable.of(experiment).rows().getFirst();
        assertThat(row.returns()).containsExactly(-350.0);
        ReturnReference reference = Environments.spec("Pendulum-v1").reference();
        assertThat(row.score()).isCloseTo(reference.normalise(-350), within(1e-9));
        assertThat(row.low()).isEqualTo(reference.normalise(-400)); // episodes: means of -300 and -400
        assertThat(row.high()).isEqualTo(reference.normalise(-300));
    }

    @Test
    void resultsOfOtherNumbersOfEpisodesAreNamed() throws IOException {
        Experiment experiment = experiment("bc");
        write(experiment, "bc", "Pendulum-v1:mass=0.7", "[-100, -300]");
        write(experiment, "bc", "Pendulum-v1", "[-200]");
        write(experiment, "bc", "Pendulum-v1:mass=1.3", "[-200, -200]");
        assertThatThrownBy(() -> ScoreTable.of(experiment)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 1 returns, expected 2")
                .hasMessageContaining(experiment.policy(TASK, 7, "bc").toString());
    }

    private static void write(Experiment experiment, String method, String env, String returns) throws IOException {
        Path place = Files.createDirectories(experiment.score(Task.of(TASK), 7, method, env));
        Files.writeString(place.resolve("result.json"), "{\"returns\": " + returns + ", \"seconds\": 1}");
    }

    @Test
    void tasksAreScoredInTheirOwnEnvironment() {
        assertThat(Task.names()).containsExactly("Pendulum-v1", "PointMass2D-v0", TASK);
        assertThat(Task.names()).map(Task::of).allSatisfy(task -> {
            assertThat(task.scored()).doesNotHaveDuplicates();
            assertThat(task.domains()).hasSize(3).extracting(Domain::name).doesNotHaveDuplicates();
        });
        assertThat(Task.of(TASK).domains()).extracting(Domain::env).containsExactly("Pendulum-v1:mass=0.7",
                "Pendulum-v1", "Pendulum-v1:mass=1.3");
        assertThat(Task.of(TASK).scored()).containsExactly("Pendulum-v1:mass=0.7", "Pendulum-v1",
                "Pendulum-v1:mass=1.3");
        assertThat(Task.of("Pendulum-v1").scored()).containsExactly("Pendulum-v1");
        assertThatThrownBy(() -> new Task("t", "Pendulum-v1", List.of(), List.of("PointMass2D-v0")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("t must be scored in Pendulum-v1");
    }
}
