package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.policy.PolicySpace;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs of transition models in folders: stopped, broken off and resumed they end with the same bits. */
class EnergyRunTest {

    private static final double SELDOM = 1e6;
    private static final Transitions DATA = LinearSystem.episodes(1, 40, 25);

    @TempDir
    private Path folder;

    private static EnergyConfig config(long updates) {
        EnergyConfig usual = EnergyConfig
                .of(new EnergyArchitecture(EncoderKind.ATTENTION, 2, 16, 2), updates, 7, "hash")
                .withBatch(20, 4, 5);
        // A rate at which the error does not go on falling: what counts measurements without a better one is at work.
        return new EnergyConfig(usual.architecture(), 20, 4, usual.chains(), DType.FLOAT32, 5, 0.05, false, 0, updates,
                10, 25, 40,
                Langevin.prediction(10), 7, "hash");
    }

    private static ModelRun<EnergyTraining> open(Path path, long updates, int threads, boolean resume) {
        return ModelRun.open(path,
                () -> new EnergyTraining("kitchen", config(updates), LinearSystem.space(), DATA, threads), resume,
                SELDOM);
    }

    private static PredictionError train(Path path, List<Long> stops, int threads) {
        for (long stop : stops) {
            try (ModelRun<EnergyTraining> run = open(path, 120, threads, true)) {
                assertThat(run.train(() -> run.training().steps() == stop, progress -> {})).isFalse();
            }
        }
        try (ModelRun<EnergyTraining> run = open(path, 120, threads, true)) {
            assertThat(run.train(() -> false, progress -> {})).isTrue();
            return run.finish();
        }
    }

    private static void assertSameTensors(Path found, Path expected) {
        SafetensorsFile a = SafetensorsFile.open(found);
        SafetensorsFile b = SafetensorsFile.open(expected);
        assertThat(a.names()).isEqualTo(b.names()).isNotEmpty();
        try (TorchScope _ = new TorchScope()) {
            for (String name : a.names()) {
                assertThat(a.tensor(name).sameAs(b.tensor(name))).as(name).isTrue();
            }
        }
    }

    private void assertSame(Path found, Path expected) {
        assertSameTensors(found.resolve("checkpoint.safetensors"), expected.resolve("checkpoint.safetensors"));
        assertThat(found.resolve("metrics.jsonl")).hasSameBinaryContentAs(expected.resolve("metrics.jsonl"));
        assertThat(found.resolve("model.safetensors")).hasSameBinaryContentAs(expected.resolve("model.safetensors"));
    }

    @Test
    void runsGoOnWhereTheyWereStopped() throws IOException {
        Path whole = folder.resolve("whole");
        PredictionError error = train(whole, List.of(), 1);
        // Before the first update, before the first measurement, at one and after it.
        Path stopped = folder.resolve("stopped");
        PredictionError again = train(stopped, List.of(0L, 1L, 30L, 50L, 51L, 77L, 90L, 119L), 2);
        assertSame(stopped, whole);
        try (TorchScope _ = new TorchScope()) {
            double[] counts = SafetensorsFile.open(whole.resolve("checkpoint.safetensors")).tensor("steps").toDoubles();
            assertThat(counts[1]).isGreaterThan(1);
        }
        assertThat(again.rmse()).isDeepEqualTo(error.rmse());
        try (var files = Files.list(whole)) {
            assertThat(files.map(file -> file.getFileName().toString())).contains("model.safetensors", "result.json")
                    .noneMatch(name -> name.endsWith(".part"));
        }
        JsonNode result = JsonMapper.shared().readTree(whole.resolve("result.json").toFile());
        assertThat(result.at("/run/inputs/data").asString()).isEqualTo("hash");
        assertThat(result.at("/algorithm").asString()).isEqualTo("adetm");
        assertThat(result.at("/errors/worst_state").asDouble()).isEqualTo(error.worstState()).isPositive();
        assertThat(result.at("/errors/reward").asDouble()).isEqualTo(error.reward()).isPositive();
        assertThat(Files.readString(whole.resolve("metrics.jsonl"))).contains("\"kind\":\"hold-out\",\"step\":120");
        assertThat(SafetensorsFile.open(whole.resolve("model.safetensors")).metadata()).containsEntry("seed", "7")
                .containsEntry("data", "hash");
    }

    @Test
    void whatCameAfterTheLastCheckpointIsDoneAgain() throws IOException {
        Path broken = folder.resolve("broken");
        try (ModelRun<EnergyTraining> run = open(broken, 120, 1, false)) {
            assertThat(run.train(() -> run.training().steps() == 30, progress -> {})).isFalse();
            assertThatThrownBy(() -> run.train(() -> false, progress -> {
                if (progress.steps() == 105) {
                    throw new IllegalStateException("the machine stopped");
                }
            })).hasMessage("the machine stopped");
        }
        Files.write(broken.resolve("checkpoint.safetensors.part"), new byte[]{1, 2, 3});
        Files.writeString(broken.resolve("metrics.jsonl"), "{\"kind\":\"upd", StandardOpenOption.APPEND);
        train(broken, List.of(), 1);
        Path whole = folder.resolve("whole");
        train(whole, List.of(), 1);
        assertSame(broken, whole);
    }

    @Test
    void theModelWrittenIsTheBest() {
        Path path = folder.resolve("run");
        try (ModelRun<EnergyTraining> run = open(path, 120, 1, false)) {
            run.train(() -> false, progress -> {});
            run.finish();
            try (EnergyModel read = EnergyModelFile.read(run.modelFile())) {
                assertThat(read.parameters().flat().sameAs(run.training().best().parameters().flat())).isTrue();
                assertThat(read.name()).isEqualTo("kitchen");
            }
        }
    }

    @Test
    void otherSettingsAndOccupiedFoldersAreRefused() {
        Path path = folder.resolve("run");
        try (ModelRun<EnergyTraining> run = open(path, 120, 1, false)) {
            run.train(() -> run.training().steps() == 2, progress -> {});
        }
        assertThatThrownBy(() -> open(path, 120, 1, false)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("already holds a run");
        assertThatThrownBy(() -> open(path, 130, 1, true)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("updates 120, now 130");
        assertThatThrownBy(() -> ModelRun.open(path,
                () -> new EnergyTraining("garage", config(120), LinearSystem.space(), DATA, 1), true, SELDOM))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("name \"kitchen\", now \"garage\"");
        TransitionSpace wider = TransitionSpace.of(PolicySpace.unnamed(2, new double[]{7}));
        assertThatThrownBy(() -> ModelRun.open(path,
                () -> new EnergyTraining("kitchen", config(120), wider, DATA, 1), true, SELDOM))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("space", "high=7.0");
    }

    @Test
    void divergenceKeepsTheLastCheckpoint() {
        Path path = folder.resolve("run");
        try (ModelRun<EnergyTraining> run = open(path, 120, 1, false)) {
            run.train(() -> run.training().steps() == 5, progress -> {});
            try (NoGrad _ = new NoGrad(); TorchScope _ = new TorchScope()) {
                run.training().named().values().stream().skip(2).findFirst().orElseThrow().fill_(Float.NaN);
            }
            assertThatThrownBy(() -> run.train(() -> false, progress -> {})).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("diverged at step 6");
        }
        try (ModelRun<EnergyTraining> run = open(path, 120, 1, true)) {
            assertThat(run.training().steps()).isEqualTo(5);
        }
    }
}
