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
}
