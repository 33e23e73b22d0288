package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.Method;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Decisions through the command line, end to end. */
class DecideCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Terminal terminal;

    @BeforeEach
    void makeExperts() {
        terminal = new Terminal(folder);
    }

    private String rows(int count) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < count; k++) {
            text.append("{\"id\": \"r").append(k).append("\", \"question\": \"the cat ").append("ab ".repeat(k % 7))
                    .append("?\", \"choices\": [\"yes\", \"no\", \"no way\"], \"answer\": ").append(k % 3)
                    .append(", \"extra\": true}\n");
        }
        return Files.writeString(folder.resolve("rows.jsonl"), text).toString();
    }

    private List<JsonNode> lines(String file) throws IOException {
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(file))) {
            nodes.add(Json.LINES.readTree(line));
        }
        return nodes;
    }

    @Test
    void bulkRowsComeOutInOrderWithEveryExpertAndMethod() throws IOException {
        String out = terminal.path("out.jsonl");
        Terminal.Outcome outcome = terminal.run("decide", "--experts", terminal.team(), "--rule",
                "additive,emselect,mixture", "--weights", "uniform,prompt", "--tau", "0.1", "--engine", "embedded",
                "--input", rows(7), "--output", out);
        assertThat(outcome.err()).contains("emselect");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<JsonNode> lines = lines(out);
        assertThat(lines).hasSize(7);
        for (int k = 0; k < 7; k++) {
            JsonNode line = lines.get(k);
            assertThat(line.get("id").asString()).isEqualTo("r" + k);
            assertThat(line.get("logZ").asDouble()).isLessThanOrEqualTo(0);
            assertThat(line.get("experts").propertyNames()).containsExactly("red", "green", "blue");
            assertThat(line.get("methods").propertyNames()).containsExactly("emfuse", "emfuse-prompt", "emselect",
                    "mixture", "mixture-prompt");
            JsonNode first = line.get("methods").get("emfuse");
            assertThat(line.get("choice")).isEqualTo(first.get("choice"));
            assertThat(line.get("probabilities")).isEqualTo(first.get("probabilities"));
            double sum = 0;
            for (JsonNode p : line.get("probabilities")) {
                sum += p.asDouble();
            }
            assertThat(sum).isCloseTo(1, within(1e-9));
        }
        assertThat(outcome.out()).contains("expert:red", "emfuse-prompt", "accuracy", "95 % interval");
        JsonNode run = Json.LINES.readTree(Files.readString(Path.of(out + ".run.json")));
        assertThat(run.get("inputs").propertyNames()).contains("base.gguf", "red.gguf", terminal.team());
        assertThat(run.get("versions").get("engine").asString()).contains("embedded");
        assertThat(Path.of(out + ".part")).doesNotExist();
    }

    @Test
    void aStoppedRunGoesOnWhereItWasAndEndsTheSame() throws IOException {
        String rows = rows(6);
        String whole = terminal.path("whole.jsonl");
        String resumed = terminal.path("resumed.jsonl");
        terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded", "--input", rows, "--output",
                whole);
        // What a run leaves that was killed while it wrote its fourth line.
        terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded", "--input", rows, "--output",
                resumed);
        String hash = originOf(rows, resumed);
        List<String> done = Files.readAllLines(Path.of(whole));
        Files.delete(Path.of(resumed));
        Files.writeString(Path.of(resumed + ".part"), hash + "\n" + String.join("\n", done.subList(0, 3)) + "\n"
                + done.get(3).substring(0, 20));
        Terminal.Outcome outcome = terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded",
                "--input", rows, "--output", resumed);
        assertThat(outcome.err()).contains("going on after 3 decisions");
        assertThat(outcome.code()).isZero();
        assertThat(Files.readString(Path.of(resumed))).isEqualTo(Files.readString(Path.of(whole)));
    }

    /** The first line of a part file of this run: a broken row makes a later run stop after it began. */
    private String originOf(String rows, String out) throws IOException {
        JsonNode run = Json.LINES.readTree(Files.readString(Path.of(out + ".run.json")));
        assertThat(run.get("inputs").get(rows)).isNotNull();
        return "{\"hash\":\"" + run.get("configuration").get("hash").asString() + "\"}";
    }

    /** The order of Map.of is another one in every process, and a run that goes on is another process. */
    @Test
    void whatAPartFileIsKnownByIsTheSameTextInEveryProcess() {
        Map<String, Object> configuration = FusionOptions
                .configuration(List.of(new Method("emfuse", new Additive(), new Weighting.Uniform())));
        assertThat(configuration).isInstanceOf(SequencedMap.class);
        assertThat(configuration.values()).allSatisfy(value -> assertThat(value).isInstanceOf(SequencedMap.class));
        assertThat(configuration).hasToString("{emfuse={rule=Additive[], weights=Uniform[]}}");
    }

    @Test
    void aPartFileThatEndsInsideACharacterIsContinued() throws IOException {
        Path rows = Files.writeString(folder.resolve("ids.jsonl"),
                "{\"id\": \"a\", \"question\": \"q\", \"choices\": [\"x\","
                        + " \"y\"]}\n{\"id\": \"\u00e4\", \"question\": \"q\", \"choices\": [\"x\", \"y\"]}\n");
        String out = terminal.path("out.jsonl");
        String[] command = {"decide", "--experts", terminal.team(), "--engine", "embedded", "--input", rows.toString(),
            "--output", out};
        assertThat(terminal.run(command).code()).isZero();
        byte[] whole = Files.readAllBytes(Path.of(out));
        String origin = originOf(rows.toString(), out) + "\n";
        int cut = new String(whole, StandardCharsets.ISO_8859_1).indexOf('\u00c3') + 1;
        Files.write(Path.of(out + ".part"), origin.getBytes(StandardCharsets.UTF_8));
        Files.write(Path.of(out + ".part"), Arrays.copyOf(whole, cut), StandardOpenOption.APPEND);
        Terminal.Outcome outcome = terminal.run(command);
        assertThat(outcome.err()).contains("going on after 1 decisions");
        assertThat(outcome.code()).isZero();
        assertThat(Path.of(out)).hasBinaryContent(whole);
    }

    @Test
    void aPipeIsReadOnceAndResultsAreReadableByAllWhoMayReadTheFolder() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        String text = Files.readString(Path.of(rows(2)));
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                Files.writeString(pipe, text);
            } catch (IOException e) {
                throw new UncheckedIOException("the pipe could not be written", e);
            }
        });
        Terminal.Outcome outcome = terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded",
                "--input", pipe.toString(), "--quiet", "--format", "csv", "--json", terminal.path("result.json"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        writer.join();
        assertThat(outcome.out()).contains("r1,");
        assertThat(Files.getPosixFilePermissions(folder.resolve("result.json")))
                .isEqualTo(Files.getPosixFilePermissions(folder.resolve("rows.jsonl")));
    }

    @Test
    void apartFileOfOtherInputIsNotContinued() throws IOException {
        String out = terminal.path("out.jsonl");
        Files.writeString(Path.of(out + ".part"), "{\"hash\":\"of something else\"}\n{\"id\":\"r0\"}\n");
        Terminal.Outcome outcome = terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded",
                "--input", rows(2), "--output", out);
        assertThat(outcome.err()).doesNotContain("going on");
        assertThat(lines(out)).hasSize(2);
    }

    @Test
    void aSingleQuestionIsATable() {
        Terminal.Outcome outcome = terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded",
                "--question", "the cat?", "--choice", "yes", "--choice", "no");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("option", "expert:green", "emfuse", "yes", "no", "-log Z");
    }

    @Test
    void csvHasALinePerMethodAndOption() throws IOException {
        Terminal.Outcome outcome = terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded",
                "--format", "csv", "--quiet", "--input", rows(2));
        assertThat(outcome.out().lines()).first().isEqualTo("id,method,option,choice,probability,chosen,logZ");
        assertThat(outcome.out().lines()).hasSize(1 + 2 * 4 * 3);
        assertThat(outcome.out()).contains("r1,expert:blue,2,no way,");
    }

    @Test
    void oneExpertAloneIsItsOwnMethod() throws IOException {
        String out = terminal.path("out.jsonl");
        Terminal.Outcome outcome = terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded",
                "--only", "green", "--input", rows(2), "--output", out);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        JsonNode line = lines(out).getFirst();
        assertThat(line.get("methods").propertyNames()).containsExactly("expert:green");
        assertThat(line.get("logZ").asDouble()).isZero();
    }

    @Test
    void standardInputAndJsonToStandardOutput() throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(Files.readString(Path.of(rows(2))).getBytes(StandardCharsets.UTF_8)));
        try {
            Terminal.Outcome outcome = terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded",
                    "--input", "-", "--json", "-");
            assertThat(outcome.code()).as(outcome.err()).isZero();
            JsonNode result = Json.LINES.readTree(outcome.out());
            assertThat(result.get("decisions")).hasSize(2);
            assertThat(result.get("results")).hasSize(4);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void brokenLinesAreNamedBeforeAnythingIsComputedOrSkipped() throws IOException {
        Files.writeString(folder.resolve("bad.jsonl"), Files.readString(Path.of(rows(2))) + "{\"question\": \"x\"\n"
                + "{\"question\": \"x\", \"choices\": null}\n");
        Terminal.Outcome outcome = terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded",
                "--input", terminal.path("bad.jsonl"), "--output", terminal.path("out.jsonl"));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("bad.jsonl, line 3").contains("broken JSON").doesNotContain("\tat ");
        assertThat(folder.resolve("out.jsonl")).doesNotExist();
        assertThat(folder.resolve("out.jsonl.part")).doesNotExist();
        Terminal.Outcome skipped = terminal.run("decide", "--experts", terminal.team(), "--engine", "embedded",
                "--input", terminal.path("bad.jsonl"), "--output", terminal.path("out.jsonl"), "--skip-invalid");
        assertThat(skipped.code()).isZero();
        assertThat(skipped.err()).contains("2 lines");
    }
}
