package org.emfuse.rl.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.etm.ModelRun;
import org.emfuse.rl.etm.PredictionError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs that were stopped end with the same bytes as those that were not. */
class GaussianRunTest {

    private static final Transitions DATA = LinearSystem.data(30, 12, 2);

    @TempDir
    private Path folder;

    private static GaussianConfig config(GaussianKind kind, int patience) {
        GaussianArchitecture architecture = kind == GaussianKind.ENSEMBLE
                ? GaussianArchitecture.ensemble().withMembers(3, 2).withLayers(12, 2)
                : GaussianArchitecture.anyStep(3).withLayers(10, 2);
        return GaussianConfig.of(architecture, 60, 5, "linear").withBatch(16, 3e-3).withEvaluation(7, patience, 50);
    }

    private static ModelRun<GaussianTraining> open(Path path, GaussianConfig config, boolean resume) {
        return ModelRun.open(path, () -> new GaussianTraining("m", config, LinearSystem.SPACE, DATA), resume, 1e9);
    }

    private static void train(Path path, GaussianConfig config, List<Long> stops) {
        for (long stop : stops) {
            try (ModelRun<GaussianTraining> run = open(path, config, true)) {
                assertThat(run.train(() -> run.training().steps() >= stop, _ -> {})).isFalse();
            }
        }
        try (ModelRun<GaussianTraining> run = open(path, config, true)) {
            assertThat(run.train(() -> false, _ -> {})).isTrue();
            run.finish();
        }
    }

    @ParameterizedTest
    @EnumSource
    void runsGoOnWhereTheyWereStopped(GaussianKind kind) throws IOException {
        Path whole = folder.resolve("whole");
        Path stopped = folder.resolve("stopped");
        train(whole, config(kind, 25), List.of());
        train(stopped, config(kind, 25), List.of(0L, 1L, 6L, 7L, 30L, 59L)); // before and after measurements
        for (String file : List.of("model.safetensors", "metrics.jsonl")) {
            assertThat(stopped.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
    }

    /** A stopped run knows how good its best weights were: worse ones do not take their place. */
    @ParameterizedTest
    @EnumSource
    void errorsOfTheBestWeightsAreKept(GaussianKind kind) {
        Path path = folder.resolve("run");
        double[] before;
        try (ModelRun<GaussianTraining> run = open(path, config(kind, 25), false)) {
            run.train(() -> run.training().steps() >= 30, _ -> {});
            before = run.training().best().errors();
        }
        try (ModelRun<GaussianTraining> run = open(path, config(kind, 25), true)) {
            assertThat(run.training().best().errors()).isEqualTo(before).doesNotContain(Double.POSITIVE_INFINITY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsReadIsWhatWasTrained(GaussianKind kind) {
        try (ModelRun<GaussianTraining> run = open(folder.resolve("run"), config(kind, 25), false)) {
            run.train(() -> false, _ -> {});
            PredictionError error = run.finish();
            assertThat(error.mean()).isPositive();
            try (GaussianModel read = GaussianModelFile.read(run.modelFile(), kind)) {
                GaussianModel best = run.training().best();
                assertThat(read.parameters().flat().sameAs(best.parameters().flat())).isTrue();
                assertThat(read.errors()).isEqualTo(best.errors());
                assertThat(read.elites()).isEqualTo(best.elites());
                assertThat(read.space()).isEqualTo(best.space());
                assertThat(read.architecture()).isEqualTo(best.architecture());
                assertThat(read.name()).isEqualTo("m");
            }
        }
        assertThat(folder.resolve("run/result.json")).content().contains("\"algorithm\" : \"" + kind.id() + "\"");
    }

    @Test
    void trainingStopsWhereNothingGetsBetter() {
        GaussianConfig still = new GaussianConfig(config(GaussianKind.ENSEMBLE, 2).architecture(), 16, 1e-12, List.of(),
                1000, 5, 2, 50, 5, "linear");
        try (GaussianTraining training = new GaussianTraining("m", still, LinearSystem.SPACE, DATA)) {
            while (!training.done()) {
                training.step();
            }
            assertThat(training.steps()).isLessThan(1000);
        }
    }

    @Test
    void otherSettingsAreRefused() throws IOException {
        Path path = folder.resolve("run");
        try (ModelRun<GaussianTraining> run = open(path, config(GaussianKind.ENSEMBLE, 25), false)) {
            run.train(() -> run.training().steps() >= 3, _ -> {});
        }
        byte[] before = Files.readAllBytes(path.resolve("checkpoint.safetensors"));
        assertThatThrownBy(() -> open(path, config(GaussianKind.ENSEMBLE, 24), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("patience 25, now 24");
        assertThatThrownBy(() -> open(path, config(GaussianKind.ENSEMBLE, 25), false))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("--resume");
        assertThat(Files.readAllBytes(path.resolve("checkpoint.safetensors"))).isEqualTo(before);
    }
}
