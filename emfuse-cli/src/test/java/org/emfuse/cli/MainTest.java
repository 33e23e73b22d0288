package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as the launcher starts it, on the process's own streams. */
class MainTest {

    @Test
    void allThatACommandPrintsReachesStandardOutput(@TempDir Path folder) throws Exception {
        Terminal terminal = new Terminal(folder);
        Files.writeString(folder.resolve("rows.jsonl"),
                "{\"question\": \"the cat?\", \"choices\": [\"yes\", \"no\"], \"answer\": 0}\n");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.run("decide", "--experts", terminal.team(), "--engine", "embedded", "--input",
                    terminal.path("rows.jsonl"), "--output", terminal.path("out.jsonl"))).isZero();
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("accuracy", "expert:red", "emfuse");
    }

    @Test
    void argumentsThatAreNoTextAreRefused(@TempDir Path folder) throws Exception {
        Terminal terminal = new Terminal(folder);
        Path script = Files.writeString(folder.resolve("run.sh"), "exec \"$@\" \"$(printf 'a\\377b')\"\n");
        Process process = new ProcessBuilder("sh", script.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dsun.jnu.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Main.class.getName(), "generate", "--experts", terminal.team(), "--engine", "embedded")
                .redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isEqualTo(2);
        assertThat(printed).contains("expected arguments in UTF-8").hasLineCount(1);
    }

    @Test
    void memoryThatDoesNotSufficeIsSaid(@TempDir Path folder) throws Exception {
        Terminal terminal = new Terminal(folder);
        Files.writeString(folder.resolve("rows.jsonl"),
                "{\"question\": \"" + "x".repeat(40_000_000) + "\", \"choices\": [\"yes\", \"no\"]}\n");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx24m", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Main.class.getName(), "decide", "--experts", terminal.team(), "--engine", "embedded", "--quiet",
                "--input", terminal.path("rows.jsonl")).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isEqualTo(1);
        assertThat(printed).contains("24 MiB does not suffice", "-Xmx").doesNotContain("\tat ");
    }
}
