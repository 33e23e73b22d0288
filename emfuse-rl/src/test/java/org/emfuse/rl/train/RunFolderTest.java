package org.emfuse.rl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.Step;
import org.emfuse.rl.offline.OfflineAlgorithm;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a run refuses, what it leaves behind when it fails, and what its files say. */
class RunFolderTest {

    private static final OnlineConfig CONFIG = Runs.online(60);

    @TempDir
    private Path folder;

    private static void open(Path folder, OnlineConfig config, boolean resume) {
        OnlineRun.open(folder, config, resume, Runs.SELDOM).close();
    }

    private Path finished() {
        Runs.trainOnline(folder, CONFIG, List.of());
        return folder.resolve("checkpoint.safetensors");
    }

    @Test
    void foldersThatHoldARunAreNotOverwritten() throws IOException {
        Path checkpoint = finished();
        byte[] before = Files.readAllBytes(checkpoint);
        assertThatThrownBy(() -> open(folder, CONFIG, false)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("already holds a run; add --resume");
        assertThat(checkpoint).hasBinaryContent(before);
    }

    @Test
    void checkpointsOfOtherSettingsAreRefused() {
        finished();
        assertThatThrownBy(() -> open(folder, Runs.online(61), true)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("comes from other settings").hasMessageContaining("steps 60, now 61");
    }

    @Test
    void damagedAndForeignCheckpointsAreRefusedAndLeftAlone() throws IOException {
        Path checkpoint = finished();
        byte[] whole = Files.readAllBytes(checkpoint);
        for (int length : new int[]{0, 7, 100, whole.length / 2, whole.length - 1}) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(checkpoint, cut);
            assertThatThrownBy(() -> open(folder, CONFIG, true)).as("%d bytes", length)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(checkpoint.toString());
            assertThat(checkpoint).hasBinaryContent(cut);
        }
        Files.copy(folder.resolve("policy.safetensors"), checkpoint, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> open(folder, CONFIG, true)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a checkpoint of a training run");
    }

    @Test
    void checkpointsThatLackSomethingAreRefused() {
        Path checkpoint = finished();
        SafetensorsFile file = SafetensorsFile.open(checkpoint);
        try (TorchScope _ = new TorchScope()) {
            SafetensorsFile.write(checkpoint, Map.of("x", Tensors.zeros(1)), file.metadata());
        }
        assertThatThrownBy(() -> open(folder, CONFIG, true)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no tensor sac.actor.0.weight");
        for (String position : List.of("", "{}", "[]", "{\"metrics\":{\"lines\":-1,\"events\":0},\"seconds\":0}")) {
            try (TorchScope _ = new TorchScope()) {
                SafetensorsFile.write(checkpoint, Map.of("x", Tensors.zeros(1)),
                        Map.of("config", file.metadata().getOrDefault("config", ""), "position", position));
            }
            assertThatThrownBy(() -> open(folder, CONFIG, true)).as(position)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("where its metrics end");
        }
    }

    @Test
    void metricsThatWereCutAreRefused() throws IOException {
        OnlineConfig logged = Runs.online(110);
        Runs.trainOnline(folder, logged, List.of());
        for (String name : List.of("metrics.jsonl", "events.out.tfevents.emfuse")) {
            Path file = folder.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, whole.length - 1));
            assertThatThrownBy(() -> open(folder, logged, true)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name).hasMessageContaining("it was changed");
            Files.write(file, whole);
        }
    }

    @Test
    void divergedTrainingStopsWithItsStepAndKeepsItsCheckpoint() throws IOException {
        Path checkpoint = folder.resolve("checkpoint.safetensors");
        try (OnlineRun run = OnlineRun.open(folder, CONFIG, false, Runs.SELDOM)) {
            run.train(() -> run.training().steps() == 50, progress -> {});
            byte[] before = Files.readAllBytes(checkpoint);
            spoil(run.training().actor());
            assertThatThrownBy(run::checkpoint).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("diverged at step 50: sac.actor.0.weight holds values that are not finite");
            assertThatThrownBy(() -> run.train(() -> false, progress -> {})).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("diverged at step 5").hasMessageContaining("NaN");
            assertThat(checkpoint).hasBinaryContent(before);
        }
        Runs.trainOnline(folder, CONFIG, List.of()); // and goes on from it
    }

    private static void spoil(GaussianActor actor) {
        try (NoGrad _ = new NoGrad()) {
            actor.parameters().get(0).fill_(Double.NaN);
        }
    }

    @Test
    void lossesThatAreNotFiniteNameTheStep() {
        Transitions data = Runs.data();
        Arrays.fill(data.rewards(), 3e38f); // their squares are not finite
        try (OfflineTraining training = new OfflineTraining(Runs.offline(OfflineAlgorithm.TD3_BC, "", 100), data)) {
            assertThatThrownBy(training::step).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("training diverged at step 1: its critic_loss is");
        }
    }

    @Test
    void environmentsThatGiveNumbersThatAreNotFiniteAreNamed() {
        Env broken = new AlteredPointMass((number, step) -> new Step(step.observation(),
                number == 3 ? Double.NaN : step.reward(), false, false));
        try (OnlineTraining training = new OnlineTraining(CONFIG, broken)) {
            training.step();
            training.step();
            assertThatThrownBy(training::step).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("PointMass1D-test").hasMessageContaining("step 3")
                    .hasMessageContaining("NaN as value 0 of its reward");
            assertThat(training.steps()).isEqualTo(2);
        }
    }

    @Test
    void resultsSayWhatCameOutAndWhatItCameFrom() {
        finished();
        JsonNode result = Runs.result(folder);
        assertThat(result.get("env").asString()).isEqualTo("Pendulum-v1");
        assertThat(result.get("algorithm").asString()).isEqualTo("sac");
        assertThat(result.get("seed").asLong()).isEqualTo(5);
        assertThat(result.get("steps").asLong()).isEqualTo(60);
        assertThat(result.get("returns").size()).isEqualTo(3);
        double mean = (result.get("returns").get(0).asDouble() + result.get("returns").get(1).asDouble()
                + result.get("returns").get(2).asDouble()) / 3;
        assertThat(result.get("mean").asDouble()).isCloseTo(mean, within(1e-9));
        assertThat(result.get("run").get("configuration").get("env").asString()).isEqualTo("Pendulum-v1");
        assertThat(result.get("run").get("versions").get("libtorch").asString()).isNotEmpty();
    }

    @Test
    void logsWithoutAnEnvironmentGiveAPolicy() throws IOException {
        OfflineConfig config = Runs.offline(OfflineAlgorithm.IQL, "", 100);
        Runs.trainOffline(folder, config, List.of());
        float largest = 0;
        for (float action : Runs.data().actions()) {
            largest = Math.max(largest, Math.abs(action));
        }
        PolicyFile file = PolicyFile.read(folder.resolve("policy.safetensors"));
        try (GaussianActor actor = file.actor()) {
            assertThat(file.env()).isEmpty();
            assertThat(file.space().observations()).extracting("name").containsExactly("obs0", "obs1", "obs2");
            assertThat(actor.scale()).containsExactly(largest);
        }
        assertThat(Files.readAllLines(folder.resolve("metrics.jsonl"))).hasSize(1).first().asString()
                .contains("\"kind\":\"update\",\"step\":100,\"value_loss\":");
        JsonNode result = Runs.result(folder);
        assertThat(result.get("returns").size()).isZero();
        assertThat(result.has("mean")).isFalse();
        assertThat(result.get("run").get("inputs").get("data").asString()).isEqualTo("hash-of-the-data");
    }

    @Test
    void dataThatDoesNotFitIsRefused() {
        Transitions data = Runs.data();
        assertThatThrownBy(() -> new OfflineTraining(Runs.offline(OfflineAlgorithm.IQL, "Reacher2D-v0", 10), data))
                .hasMessageContaining("the data has 3 observation and 1 action coordinates, Reacher2D-v0 has");
        data.actions()[7] = -2.5f;
        assertThatThrownBy(() -> new OfflineTraining(Runs.offline(OfflineAlgorithm.IQL, "Pendulum-v1", 10), data))
                .hasMessageContaining("transition 7 of the data has an action of -2.5")
                .hasMessageContaining("outside of ±2.0");
        OfflineConfig given = Runs.offline(OfflineAlgorithm.IQL, "", 10).withActionScale(List.of(2.0, 2.0));
        assertThatThrownBy(() -> new OfflineTraining(given, data)).hasMessageContaining("2 values");
        Arrays.fill(data.actions(), 0);
        assertThatThrownBy(() -> new OfflineTraining(Runs.offline(OfflineAlgorithm.IQL, "", 10), data))
                .hasMessageContaining("action 0 of the data is 0 throughout");
    }
}
