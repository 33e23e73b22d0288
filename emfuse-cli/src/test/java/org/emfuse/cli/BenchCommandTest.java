package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What benchmarks write; how fast anything is, is not for tests to say. */
class BenchCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Terminal terminal;

    @BeforeEach
    void makeExperts() {
        terminal = new Terminal(folder);
    }

    private JsonNode json(String... arguments) {
        Terminal.Outcome outcome = terminal.run(arguments);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return Json.LINES.readTree(outcome.out());
    }

    private static double median(JsonNode values) {
        double[] sorted = IntStream.range(0, values.size()).mapToDouble(k -> values.get(k).asDouble()).sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    @Test
    void decodingIsMeasuredForOneExpertTwoAndAll() {
        JsonNode result = json("bench", "decode", "--engine", "embedded", "--experts", terminal.team(), "--tokens", "6",
                "--rounds", "3", "--json", "-");
        assertThat(result.get("runs")).hasSize(3);
        for (int n = 1; n <= 3; n++) {
            JsonNode run = result.get("runs").get(n - 1);
            assertThat(run.get("experts").asInt()).isEqualTo(n);
            assertThat(run.get("tokens").asInt()).isBetween(2, 6);
            assertThat(run.get("fused_rounds")).hasSize(3);
            assertThat(run.get("ideal_rounds")).hasSize(3);
            assertThat(run.get("fused_tokens_per_s").asDouble()).isEqualTo(median(run.get("fused_rounds")))
                    .isPositive();
            assertThat(run.get("ideal_tokens_per_s").asDouble()).isEqualTo(median(run.get("ideal_rounds")))
                    .isPositive();
            assertThat(run.get("ratio").asDouble()).isEqualTo(
                    run.get("fused_tokens_per_s").asDouble() / run.get("ideal_tokens_per_s").asDouble());
            JsonNode step = run.get("step_ms");
            double parts = DoubleStream.of(step.get("native").asDouble(), step.get("fusion").asDouble(),
                    step.get("sampling").asDouble()).peek(part -> assertThat(part).isPositive()).sum();
            assertThat(parts).isCloseTo(1000 / run.get("fused_tokens_per_s").asDouble(), within(1e-6 * parts));
            assertThat(run.get("fusion_share").asDouble()).isCloseTo(1 - step.get("native").asDouble() / parts,
                    within(1e-9));
        }
        assertThat(result.get("machine").get("cores").asInt()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(result.get("records")).hasSize(1);
    }

    @Test
    void batchesDecideAsCandidatesOneByOne() {
        JsonNode run = json("bench", "decide", "--engine", "embedded", "--experts", terminal.team(), "--items", "1",
                "--json", "-").get("runs").get(0);
        assertThat(run.get("questions").asInt()).isEqualTo(3);
        assertThat(run.get("candidates").asInt()).isGreaterThan(6);
        assertThat(run.get("same_choice").asInt()).isEqualTo(3);
        assertThat(run.get("ratio").asDouble())
                .isEqualTo(run.get("questions_per_s").asDouble() / run.get("one_by_one_questions_per_s").asDouble());
    }

    @Test
    void anEngineThatThereIsNotIsSaidBeforeAnythingIsMeasured() {
        for (String what : new String[]{"decode", "decide"}) {
            Terminal.Outcome outcome = terminal.run("bench", what, "--engine", "embedded", "--experts",
                    terminal.team(), "--compare", "embedded,nosuch");
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err()).contains("nosuch").doesNotContain("decoding with", "questions", "\tat ");
        }
    }

    @Test
    void theMachineIsDescribedInWords() {
        Terminal.Outcome outcome = terminal.run("bench", "decide", "--engine", "embedded", "--experts",
                terminal.team(), "--items", "1", "--quiet");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        int cores = Runtime.getRuntime().availableProcessors();
        assertThat(outcome.out()).contains(", " + cores + " core").doesNotContain("MachineFacts", "=");
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        Terminal.Outcome tokens = terminal.run("bench", "decode", "--engine", "embedded", "--experts", terminal.team(),
                "--tokens", "1");
        assertThat(tokens.code()).isEqualTo(2);
        assertThat(tokens.err()).contains("at least 2 tokens").contains("found 1");
        Terminal.Outcome rounds = terminal.run("bench", "decode", "--engine", "embedded", "--experts", terminal.team(),
                "--rounds", "0");
        assertThat(rounds.code()).isEqualTo(2);
        assertThat(rounds.err()).contains("at least 1 round").contains("found 0");
    }
}
