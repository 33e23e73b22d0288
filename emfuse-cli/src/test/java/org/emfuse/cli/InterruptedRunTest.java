package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs as processes of their own: stopped in the middle, two at once, writing where there is no room. */
class InterruptedRunTest {

    private static final int ROWS = 300;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Terminal terminal;

    @BeforeEach
    void makeExperts() throws IOException {
        terminal = new Terminal(folder);
        Files.createDirectories(folder.resolve("tmp"));
    }

    /** A process that Ctrl-C reaches, also where the tests themselves run in the background of a shell. */
    private Process start(Path out, String... arguments) throws Exception {
        assumeTrue(new ProcessBuilder("env", "--default-signal=INT", "true").start().waitFor() == 0);
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules", "jdk.incubator.vector", "-XX:ActiveProcessorCount=1",
                "-Djava.io.tmpdir=" + folder.resolve("tmp"), "-cp",
                System.getProperty("java.class.path"), "org.emfuse.cli.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(folder.resolve("err").toFile())
                .start();
    }

    private int end(Process process) throws Exception {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String[] decide() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int k = 0; k < ROWS; k++) {
            rows.append("{\"id\": ").append(k)
                    .append(", \"question\": \"the cat?\", \"choices\": [\"yes\", \"no\"]}\n");
        }
        Files.writeString(folder.resolve("rows.jsonl"), rows);
        return new String[]{"decide", "--experts", terminal.team(), "--only", "red", "--engine", "embedded", "--input",
            terminal.path("rows.jsonl"), "--output", terminal.path("out.jsonl")};
    }

    private static long lines(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        }
    }

    @Test
    void ctrlCInTheMiddleAndTheSameCommandFinishes() throws Exception {
        Path part = folder.resolve("out.jsonl.part");
        Process process = start(folder.resolve("printed"), decide());
        while (!Files.exists(part) || lines(part) < 5) {
            assertThat(process.isAlive()).as(() -> read("err")).isTrue();
            Thread.sleep(5);
        }
        Terminal.Outcome second = terminal.run(decide());
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err()).contains("another run is writing", "out.jsonl").doesNotContain("\tat ");
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor()).isZero();
        assertThat(end(process)).isEqualTo(130);
        assertThat(read("err")).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(folder.resolve("out.jsonl")).doesNotExist();
        assertThat(leftOf("out.jsonl")).containsExactly("out.jsonl.part");
        long done = lines(part) - 1;
        assertThat(done).isBetween(4L, ROWS - 1L);
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> name.startsWith("emfuse")))
                    .as("temporary folders").isEmpty();
        }

        Terminal.Outcome finished = terminal.run(decide());
        assertThat(finished.code()).as(finished.err()).isZero();
        assertThat(finished.err()).contains("going on after");
        assertThat(lines(folder.resolve("out.jsonl"))).isEqualTo(ROWS);
        assertThat(leftOf("out.jsonl")).containsExactly("out.jsonl", "out.jsonl.run.json");
    }

    private List<String> leftOf(String output) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.contains(output)).sorted()
                    .toList();
        }
    }

    @Test
    void whatAKillLeavesTheNextRunUsesOrClears() throws Exception {
        Path part = folder.resolve("out.jsonl.part");
        Process process = start(folder.resolve("printed"), decide());
        while (!Files.exists(part) || lines(part) < 5) {
            assertThat(process.isAlive()).as(() -> read("err")).isTrue();
            Thread.sleep(5);
        }
        process.destroyForcibly();
        end(process);
        assertThat(leftOf("out.jsonl")).containsExactly("out.jsonl.part", "out.jsonl.part.lock");
        Files.writeString(folder.resolve("out.jsonl.part.done"), "of a run that was killed a moment later");

        Terminal.Outcome finished = terminal.run(decide());
        assertThat(finished.code()).as(finished.err()).isZero();
        assertThat(finished.err()).contains("going on after");
        assertThat(lines(folder.resolve("out.jsonl"))).isEqualTo(ROWS);
        assertThat(leftOf("out.jsonl")).containsExactly("out.jsonl", "out.jsonl.run.json");
    }

    @Test
    void aRunThatFailsAtTheEndLeavesItsDecisionsAndNothingElse() throws Exception {
        Files.createSymbolicLink(folder.resolve("out.jsonl.run.json"), Path.of("nowhere", "out.json"));
        Terminal.Outcome outcome = terminal.run(decide());
        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.err()).contains("out.jsonl.run.json could not be written").doesNotContain("\tat ");
        assertThat(leftOf("out.jsonl")).containsExactly("out.jsonl.part", "out.jsonl.run.json");
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void standardOutputWithoutRoom() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")));
        Process process = start(Path.of("/dev/full"), "generate", "--experts", terminal.team(), "--only", "red",
                "--engine", "embedded", "--quiet", "--max-tokens", "3", "hi");
        assertThat(end(process)).isEqualTo(1);
        assertThat(read("err")).contains("standard output could not be written").doesNotContain("\tat ");
    }
}
