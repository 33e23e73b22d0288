package org.emfuse.rl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.emfuse.rl.offline.OfflineAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that was stopped, or killed, ends with the same bits as one that was not. */
class ResumeTest {

    private static final OnlineConfig CONFIG = Runs.online(260);

    @TempDir
    private Path folder;

    private Path uninterrupted() {
        Path path = folder.resolve("uninterrupted");
        Runs.trainOnline(path, CONFIG, List.of());
        return path;
    }

    @Test
    void onlineRunsGoOnWhereTheyWereStopped() throws IOException {
        Path stopped = folder.resolve("stopped");
        // Before the first step, among random ones, after the memory's first round, at an episode's end and after it.
        Runs.trainOnline(stopped, CONFIG, List.of(0L, 10L, 77L, 190L, 200L, 201L, 259L));
        Runs.assertSame(stopped, uninterrupted());
    }

    @ParameterizedTest
    @EnumSource
    void offlineRunsGoOnWhereTheyWereStopped(OfflineAlgorithm algorithm) throws IOException {
        OfflineConfig config = Runs.offline(algorithm, "Pendulum-v1", 210);
        Runs.trainOffline(folder.resolve("uninterrupted"), config, List.of());
        Runs.trainOffline(folder.resolve("stopped"), config, List.of(0L, 1L, 102L, 103L, 209L));
        Runs.assertSame(folder.resolve("stopped"), folder.resolve("uninterrupted"));
    }

    @Test
    void whatCameAfterTheLastCheckpointIsDoneAgain() throws IOException {
        Path broken = folder.resolve("broken");
        try (OnlineRun run = OnlineRun.open(broken, CONFIG, false, Runs.SELDOM)) {
            assertThatThrownBy(() -> run.train(() -> false, progress -> {
                if (progress.steps() == 110) {
                    run.checkpoint();
                } else if (progress.steps() == 230) {
                    throw new IllegalStateException("the machine stopped");
                }
            })).hasMessage("the machine stopped");
        }
        assertThat(Files.readString(broken.resolve("metrics.jsonl"))).contains("\"step\":200");
        // A checkpoint that was being written, and half a line of metrics.
        Path part = broken.resolve("checkpoint.safetensors.part");
        Files.write(part, new byte[]{1, 2, 3});
        Files.writeString(broken.resolve("metrics.jsonl"), "{\"kind\":\"upd", StandardOpenOption.APPEND);
        Runs.trainOnline(broken, CONFIG, List.of());
        Runs.assertSame(broken, uninterrupted());
    }

    @Test
    void killedProcessesGoOnFromTheirLastCheckpoint() throws Exception {
        Path killed = folder.resolve("killed");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-cp", System.getProperty("java.class.path"),
                ResumeTest.class.getName(), killed.toString()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile()).start();
        try {
            File metrics = killed.resolve("metrics.jsonl").toFile();
            while (process.isAlive() && metrics.length() == 0) { // the first line is written in step 100
                Thread.sleep(1);
            }
            Thread.sleep(20); // somewhere among the steps and checkpoints after it
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(killed.resolve("result.json")).as(Files.readString(folder.resolve("output"))).doesNotExist();
        assertThat(killed.resolve("checkpoint.safetensors")).exists();
        Runs.trainOnline(killed, CONFIG, List.of());
        Runs.assertSame(killed, uninterrupted());
    }

    /** A process to kill: trains with a checkpoint after every step. */
    public static void main(String[] arguments) {
        try (OnlineRun run = OnlineRun.open(Path.of(arguments[0]), CONFIG, false, 0)) {
            run.train(() -> false, progress -> {});
            run.finish();
        }
    }
}
