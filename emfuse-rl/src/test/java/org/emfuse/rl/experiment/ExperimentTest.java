package org.emfuse.rl.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyModelFile;
import org.emfuse.rl.gaussian.GaussianKind;
import org.emfuse.rl.gaussian.GaussianModel;
import org.emfuse.rl.gaussian.GaussianModelFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Experiments as cells whose results stay: small ones, whole. */
class ExperimentTest {

    private static final Budget TINY = new Budget("tiny", 1_000, 2, 16, 1, 16, 2, 5, 10, 5, DType.FLOAT32, 10, 3, 10,
            20, 32, 32,
            0.1, 2, 2);

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

    /** Every method of the table, on both environments that have domains. */
    @ParameterizedTest
    @ValueSource(strings = {"Pendulum-v1", "PointMass2D-v0"})
    void everyMethodGivesAScore(String env) {
        List<String> all = Method.all(Domain.of(env), TINY).stream().map(Method::id).toList();
        assertThat(all).contains("soup", "regmean", "etm-ensembles", "gaussian", "anystep", "untrained", "known-reward",
                "fused-policy", "no-model", "td3bc", "iql", "bc");
        Experiment experiment = new Experiment(folder, TINY, List.of(env), List.of(7L), all);
        Ended ended = new Ended();
        assertThat(experiment.run(2, () -> false, ended)).isTrue();
        assertThat(ended.names).doesNotHaveDuplicates().contains(env + " seed 7 model common-" + Domain.of(env)
                .getFirst().name(), env + " seed 7 model regmean",
                env + " seed 7 model etm-2-" + Domain.of(env).get(2).name());
        ScoreTable table = ScoreTable.of(experiment);
        assertThat(table.rows()).extracting(ScoreTable.Row::method).containsExactlyElementsOf(all);
        assertThat(table.rows()).allSatisfy(row -> {
            assertThat(row.missing()).isEmpty();
            assertThat(row.score()).isFinite();
            assertThat(row.returns().getFirst()).isFinite().isNegative();
        });
    }

    private Path model(String name) {
        return folder.resolve("Pendulum-v1/seed-7/models").resolve(name).resolve("model.safetensors");
    }

    private static float[] weights(Path file) {
        try (EnergyModel model = EnergyModelFile.read(file); TorchScope _ = new TorchScope()) {
            return model.parameters().flat().toFloats();
        }
    }

    /** What the methods' models are made of, apart from how good they are. */
    @Test
    void modelsAreWhatTheirMethodsSay() {
        assertThat(experiment(TINY, "soup", "untrained", "emfuse", "etm-ensembles", "gaussian").run(2, () -> false,
                new Ended())).isTrue();
        float[] soup = weights(model("soup"));
        List<float[]> parts = List.of(weights(model("common-hanging")), weights(model("common-upright")),
                weights(model("common-swing-up")));
        for (int i = 0; i < soup.length; i++) {
            assertThat(soup[i]).isCloseTo((parts.get(0)[i] + parts.get(1)[i] + parts.get(2)[i]) / 3, within(1e-6f));
        }
        assertThat(parts.get(0)).isNotEqualTo(parts.get(1));
        // Untrained models have the first weights of all, which training leaves, and the scales of the trained ones.
        assertThat(weights(model("untrained-hanging"))).isEqualTo(weights(model("untrained-upright")))
                .isNotEqualTo(weights(model("hanging")));
        try (EnergyModel untrained = EnergyModelFile.read(model("untrained-hanging"));
                EnergyModel trained = EnergyModelFile.read(model("hanging"));
                TorchScope _ = new TorchScope()) {
            assertThat(untrained.origin()).isEqualTo(trained.origin());
            trained.normaliser().named("").forEach((name, scale) -> assertThat(
                    Objects.requireNonNull(untrained.normaliser().named("").get(name)).sameAs(scale)).as(name)
                    .isTrue());
        }
        // Members differ, as their first weights do; those of one number began alike.
        assertThat(weights(model("etm-1-hanging"))).isNotEqualTo(weights(model("etm-2-hanging")));
        try (EnergyModel one = EnergyModelFile.read(model("etm-1-hanging"));
                EnergyModel same = EnergyModelFile.read(model("etm-1-upright"));
                EnergyModel two = EnergyModelFile.read(model("etm-2-hanging"))) {
            assertThat(one.longestSlice()).isEqualTo(1);
            assertThat(one.origin()).isEqualTo(same.origin()).isNotEqualTo(two.origin());
        }
        try (GaussianModel gaussian = GaussianModelFile.read(model("gaussian"), GaussianKind.ENSEMBLE)) {
            assertThat(gaussian.architecture().members()).isEqualTo(7);
            assertThat(gaussian.elites()).hasSize(5);
        }
    }

    @Test
    void domainsOfAMergedModelHaveCommonScalesAndNoOthers() {
        assertThat(experiment(TINY, "regmean", "expert").run(2, () -> false, new Ended())).isTrue();
        try (EnergyModel hanging = EnergyModelFile.read(model("common-hanging"));
                EnergyModel upright = EnergyModelFile.read(model("common-upright"));
                EnergyModel own = EnergyModelFile.read(model("hanging"));
                TorchScope _ = new TorchScope()) {
            Tensor common = Objects.requireNonNull(hanging.normaliser().named("").get("state.mean"));
            assertThat(common.sameAs(Objects.requireNonNull(upright.normaliser().named("").get("state.mean"))))
                    .isTrue();
            assertThat(common.sameAs(Objects.requireNonNull(own.normaliser().named("").get("state.mean")))).isFalse();
        }
        assertThat(weights(model("regmean"))).isNotEqualTo(weights(model("common-hanging")));
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

    /** Stopped in the middle of a model of every kind, or of the policy, and gone on with. */
    @ParameterizedTest
    @CsvSource({"emfuse, policy emfuse", "emfuse, model upright", "soup, model common-upright",
        "etm-ensembles, model etm-2-hanging", "gaussian, model gaussian", "anystep, model anystep",
        "known-reward, policy known-reward", "etm-ensembles, policy etm-ensembles", "fused-policy, clone upright"})
    void aStoppedExperimentGoesOnAndEndsTheSame(String method, String place) throws IOException {
        AtomicBoolean stop = new AtomicBoolean();
        Ended inTheMiddle = new Ended() {
            @Override
            public void progressed(String cell, long done, long size, int allDone, int all) {
                if (cell.endsWith(place) && done == 8) {
                    stop.set(true);
                }
            }
        };
        Experiment stopped = new Experiment(folder.resolve("stopped"), TINY, List.of("Pendulum-v1"), List.of(3L),
                List.of(method));
        assertThat(stopped.run(1, stop::get, inTheMiddle)).isFalse();
        assertThat(stop).isTrue();
        assertThat(ScoreTable.of(stopped).rows()).isEmpty();
        assertThat(stopped.run(2, () -> false, new Ended())).isTrue();
        Experiment whole = new Experiment(folder.resolve("whole"), TINY, List.of("Pendulum-v1"), List.of(3L),
                List.of(method));
        assertThat(whole.run(2, () -> false, new Ended())).isTrue();
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder.resolve("whole"))) {
            files = all.filter(file -> List.of("model.safetensors", "policy.safetensors", "metrics.jsonl")
                    .contains(file.getFileName().toString())).toList();
        }
        assertThat(files).isNotEmpty().allSatisfy(file -> assertThat(
                folder.resolve("stopped").resolve(folder.resolve("whole").relativize(file)))
                .hasSameBinaryContentAs(file));
        assertThat(ScoreTable.of(stopped).rows()).isEqualTo(ScoreTable.of(whole).rows());
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
