package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.emfuse.rl.torch.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are killed again and again go on, and end with the numbers of those that were left alone. */
class KilledTrainingTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private Program program() {
        return new Program(folder, Map.of());
    }

    private void done(String... arguments) throws Exception {
        Terminal.Outcome outcome = program().run(arguments);
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    /** Kills a command after each of so many checkpoints, in whatever it is doing then; the last time it ends by itself. */
    private void killed(Path run, String[] arguments, int... checkpoints) throws Exception {
        Path checkpoint = run.resolve("checkpoint.safetensors");
        long before = 0;
        for (int count : checkpoints) {
            Process process = program().start(with(arguments, "--checkpoint-seconds", "0.001"));
            try {
                FileTime seen = written(checkpoint);
                for (int written = 0; written < count; written += written(checkpoint).equals(seen) ? 0 : 1) {
                    seen = written(checkpoint);
                    assertThat(process.isAlive()).as(() -> errors()).isTrue();
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
            assertThat(process.exitValue()).isEqualTo(137);
            assertThat(run.resolve("result.json")).doesNotExist();
            long steps = steps(checkpoint);
            assertThat(steps).isGreaterThan(before);
            before = steps;
        }
        done(arguments);
    }

    private static FileTime written(Path file) throws IOException {
        return Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("err"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static long steps(Path checkpoint) {
        try (var steps = SafetensorsFile.open(checkpoint).tensor("steps")) {
            return (long) steps.toDoubles()[0];
        }
    }

    /** What follows the header, which holds durations and names. */
    private static byte[] numbers(Path safetensors) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(safetensors)).order(ByteOrder.LITTLE_ENDIAN);
        int header = Math.toIntExact(all.getLong());
        byte[] numbers = new byte[all.remaining() - header];
        all.position(Long.BYTES + header).get(numbers);
        return numbers;
    }

    @Test
    void modelsAndPoliciesAreThoseOfRunsLeftAlone() throws Exception {
        assertThat(Main.commandLine("rl").execute("rl", "collect", "--env", "Pendulum-v1", "--policy",
                "pendulum-swingup:noise=1", "--transitions", "800", "--output", path("logs.hdf5"), "-q")).isZero();
        String[] model = {"rl", "train", "--model", "adetm", "--data", path("logs.hdf5"), "--env", "Pendulum-v1",
            "--slices", "2", "--head", "16x2", "--batch", "16", "--negatives", "4", "--chain-steps", "5", "--steps",
            "150", "--threads", "1", "--name", "model"};
        done(with(model, "--output", path("model")));
        killed(folder.resolve("killed"), with(model, "--output", path("killed"), "--resume"), 1, 5, 20);
        byte[] numbers = numbers(folder.resolve("model/model.safetensors"));
        assertThat(numbers).hasSizeGreaterThan(10_000);
        assertThat(numbers(folder.resolve("killed/model.safetensors"))).isEqualTo(numbers);

        String[] policy = {"rl", "policy", "--model", path("model"), "--data", path("logs.hdf5"), "--env",
            "Pendulum-v1", "--updates", "120", "--rollouts", "5", "--horizon", "3", "--refresh-every", "40",
            "--prediction-steps", "4", "--final-episodes", "2"};
        done(with(policy, "--output", path("policy")));
        killed(folder.resolve("policy-killed"), with(policy, "--output", path("policy-killed"), "--resume"), 10);
        assertThat(numbers(folder.resolve("policy-killed/policy.safetensors")))
                .isEqualTo(numbers(folder.resolve("policy/policy.safetensors")));
    }
}
