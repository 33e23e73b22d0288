package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Texts and their reasons through the command line, end to end. */
class GenerateAndExplainTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Terminal terminal;

    @BeforeEach
    void makeExperts() {
        terminal = new Terminal(folder);
    }

    private JsonNode json(String command, String... more) {
        return jsonOf(terminal.team(), command, more);
    }

    private JsonNode jsonOf(String experts, String command, String... more) {
        String[] start = {command, "--engine", "embedded", "--experts", experts, "--max-tokens", "12", "--json", "-"};
        String[] all = Arrays.copyOf(start, start.length + more.length + 1);
        System.arraycopy(more, 0, all, start.length, more.length);
        all[all.length - 1] = "the cat";
        Terminal.Outcome outcome = terminal.run(all);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return Json.LINES.readTree(outcome.out());
    }

    @Test
    void sameSeedSameText() {
        JsonNode one = json("generate", "--temperature", "1", "--seed", "5");
        assertThat(json("generate", "--temperature", "1", "--seed", "5").get("tokens")).isEqualTo(one.get("tokens"));
        assertThat(json("generate", "--temperature", "1", "--seed", "6").get("tokens")).isNotEqualTo(one.get("tokens"));
        assertThat(one.get("run").get("seed").asInt()).isEqualTo(5);
        for (String command : new String[]{"generate", "explain"}) {
            JsonNode configuration = json(command, "--stop", "a,b", "--only", "red").get("run")
                    .get("configuration");
            assertThat(configuration.get("maxTokens").asInt()).isEqualTo(12);
            assertThat(configuration.get("stop").get(0).asString()).isEqualTo("a,b");
            assertThat(configuration.get("only").asString()).isEqualTo("red");
        }
    }

    @Test
    void aTinyTemperatureTakesTheMostProbableToken() {
        JsonNode greedy = json("generate").get("tokens");
        for (String temperature : new String[]{"1e-30", "1e-300", "4.9e-324"}) {
            assertThat(json("generate", "--temperature", temperature, "--top-p", "0.9", "--min-p", "0.1", "--top-k",
                    "40").get("tokens")).isEqualTo(greedy);
            assertThat(json("explain", "--temperature", temperature).get("steps").get(0).get("token"))
                    .isEqualTo(greedy.get(0));
        }
        assertThat(json("generate", "--temperature", "1e-300", "--choice", "yes", "--choice", "no").get("text"))
                .isEqualTo(json("generate", "--choice", "yes", "--choice", "no").get("text"));
    }

    @Test
    void allWeightOnOneExpertGivesItsText() throws IOException {
        Files.writeString(folder.resolve("first.yaml"), """
                base: base.gguf
                weights: fixed
                experts:
                  - {name: red, adapter: red.gguf, weight: 1}
                  - {name: green, adapter: green.gguf, weight: 0}
                  - {name: blue, adapter: blue.gguf, weight: 0}
                """);
        for (String seed : new String[]{"1", "2", "3"}) {
            JsonNode alone = json("generate", "--temperature", "1", "--seed", seed, "--only", "red");
            JsonNode fused = jsonOf(terminal.path("first.yaml"), "generate", "--temperature", "1", "--seed", seed);
            assertThat(fused.get("tokens")).isEqualTo(alone.get("tokens"));
        }
    }

    @Test
    void textStreamsToStandardOutput() {
        Terminal.Outcome outcome = terminal.run("generate", "--engine", "embedded", "--experts", terminal.team(),
                "--max-tokens", "5", "--rule", "emselect", "--quiet", "the cat");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).isNotBlank().endsWith("\n");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void aConstraintAllowsNothingElse() {
        for (String seed : new String[]{"1", "2", "3", "4"}) {
            assertThat(json("generate", "--temperature", "1", "--seed", seed, "--choice", "yes", "--choice", "no")
                    .get("text").asString()).isIn("yes", "no");
        }
    }

    @Test
    void explanationsAddUp() throws IOException {
        JsonNode result = json("explain", "--html", terminal.path("why.html"), "--alternatives", "2");
        assertThat(result.get("experts")).hasSize(3);
        assertThat(result.get("steps")).isNotEmpty();
        for (JsonNode step : result.get("steps")) {
            JsonNode why = step.get("explanation");
            double sum = why.get("logZ").asDouble();
            for (JsonNode term : why.get("terms")) {
                sum += term.get("lambda").asDouble() * term.get("energy").asDouble();
            }
            assertThat(sum).isCloseTo(why.get("energy").asDouble(), within(1e-4));
            assertThat(why.get("alternatives")).hasSize(2);
        }
        String page = Files.readString(Path.of(terminal.path("why.html")));
        assertThat(page).startsWith("<!DOCTYPE html>").contains("red", "green", "blue", "the cat")
                .doesNotContain("http").doesNotContain("<script");
    }

    @Test
    void hostileTextIsEscapedInThePage() throws IOException {
        Terminal.Outcome outcome = terminal.run("explain", "--engine", "embedded", "--experts", terminal.team(),
                "--max-tokens", "2", "--quiet", "--html", terminal.path("why.html"), "<script>alert('x')</script>");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(Files.readString(Path.of(terminal.path("why.html")))).doesNotContain("<script")
                .contains("&lt;script");
    }

    @Test
    void terminalExplanationsNameRuleExpertsAndSelection() {
        Terminal.Outcome outcome = terminal.run("explain", "--engine", "embedded", "--experts", terminal.team(),
                "--max-tokens", "3", "--rule", "emselect", "--quiet", "the cat");
        assertThat(outcome.out()).contains("selected", "red", "green", "blue");
    }

    @Test
    void helpShowsExamples() {
        for (String command : new String[]{"quickstart", "decide", "generate", "explain"}) {
            Terminal.Outcome outcome = terminal.run(command, "--help");
            assertThat(outcome.code()).isZero();
            assertThat(outcome.out()).contains("Examples:", "emfuse " + command, "--json");
        }
    }
}
