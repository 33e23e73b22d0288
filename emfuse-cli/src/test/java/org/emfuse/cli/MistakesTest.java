package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.emfuse.llm.gguf.WrongModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ordinary mistakes get one clear message, an exit code, and no stack trace. */
class MistakesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Terminal terminal;

    @BeforeEach
    void makeExperts() {
        terminal = new Terminal(folder);
    }

    private void assertMistake(int code, String[] arguments, String... words) {
        Terminal.Outcome outcome = terminal.run(arguments);
        assertThat(outcome.err()).contains(words).doesNotContain("\tat ").doesNotContain("Exception")
                .doesNotContain("fault of the program");
        assertThat(outcome.code()).isEqualTo(code);
        assertThat(outcome.out()).isEmpty();
    }

    private String[] generate(String experts, String... more) {
        String[] start = {"generate", "--engine", "embedded", "--max-tokens", "3", "--experts", experts};
        String[] all = Arrays.copyOf(start, start.length + more.length + 1);
        System.arraycopy(more, 0, all, start.length, more.length);
        all[all.length - 1] = "hello";
        return all;
    }

    private String yaml(String text) throws IOException {
        return Files.writeString(folder.resolve("wrong.yaml"), text).toString();
    }

    @Test
    void unknownOptionsAndCommands() {
        assertMistake(2, new String[]{"decide", "--experts", terminal.team(), "--rul", "additive"}, "--rul", "--rule");
        assertMistake(2, new String[]{"quickstrat"}, "quickstrat", "quickstart");
        assertMistake(2, new String[]{"generate", "hello"}, "--experts");
        assertMistake(2, generate(terminal.team(), "--temperature", "warm"), "--temperature", "warm");
    }

    @Test
    void everyCommandKnowsTheVersion() {
        for (String[] command : new String[][]{{"--version"}, {"decide", "--version"}, {"engine", "list", "-V"},
            {"man", "--version"}}) {
            Terminal.Outcome outcome = terminal.run(command);
            assertThat(outcome.code()).isZero();
            assertThat(outcome.out()).startsWith("emfuse ").contains("Java 25");
        }
    }

    @Test
    void missingFiles() throws IOException {
        assertMistake(2, generate(terminal.path("none.yaml")), "none.yaml", "does not exist");
        assertMistake(2, new String[]{"decide", "--experts", terminal.team(), "--input", terminal.path("none.jsonl")},
                "none.jsonl", "does not exist");
        assertMistake(2, generate(yaml("base: none.gguf\nexperts: [{name: a}]\n")), "none.gguf", "does not exist");
        assertMistake(2, generate(yaml("base: base.gguf\nexperts: [{name: a, adapter: none.gguf}]\n")), "expert 'a'",
                "none.gguf");
        assertMistake(2, new String[]{"generate", "--experts", terminal.team(), "--engine", terminal.path("none.so"),
            "hello"}, "none.so", "no file or folder", "Known: embedded");
    }

    @Test
    void wrongAndDamagedModels() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve("base.gguf"));
        Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(bytes, bytes.length / 2));
        assertMistake(2, generate(yaml("base: cut.gguf\nexperts: [{name: a}]\n")), "cut.gguf");
        Files.writeString(folder.resolve("text.gguf"), "this is not a model, whatever its name says");
        assertMistake(2, generate(yaml("base: text.gguf\nexperts: [{name: a}]\n")), "text.gguf");
        WrongModel.ADAPTER_OF_OTHER_WIDTH.write(folder.resolve("misfit.gguf"));
        Terminal.Outcome outcome = terminal
                .run(generate(yaml("base: base.gguf\nexperts: [{name: a, adapter: misfit.gguf}]\n")));
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("misfit.gguf", "blk.0.attn_q.weight").doesNotContain("\tat ");
    }

    @Test
    void wrongExpertsFiles() throws IOException {
        assertMistake(2, generate(yaml("base: base.gguf\nexpert: [{name: a}]\n")), "wrong.yaml", "'expert'",
                "did you mean 'experts'");
        assertMistake(2, generate(yaml("base: base.gguf\nweights: fixed\nexperts: [{name: a, weight: 0.5}]\n")),
                "sum to 1", "wrong.yaml");
        assertMistake(2, generate(yaml("base: [base.gguf\n")), "wrong.yaml", "line");
        assertMistake(2, generate(terminal.team(), "--only", "purple"), "purple", "red, green, blue");
    }

    @Test
    void wrongRulesAndWeights() {
        assertMistake(2, generate(terminal.team(), "--rule", "addditive"), "addditive", "did you mean 'additive'");
        assertMistake(2, generate(terminal.team(), "--weights", "promt"), "promt", "did you mean 'prompt'");
        assertMistake(2, generate(terminal.team(), "--selector", "queen"), "queen", "KING_OF_HILL");
        assertMistake(2, generate(terminal.team(), "--rule", "emselect", "--alpha", "1.5"), "alpha", "1.5");
        assertMistake(2, generate(terminal.team(), "--weights", "prompt", "--tau", "0"), "tau", "0.0");
        assertMistake(2, generate(terminal.team(), "--alpha", "2"), "alpha", "2.0");
        assertMistake(2, generate(terminal.team(), "--beta", "-1"), "beta", "-1.0");
        assertMistake(2, generate(terminal.team(), "--rule", "additive,mixture"), "one rule",
                "found --rule additive,mixture\n");
        assertMistake(2, generate(terminal.team(), "--rule", "mixture,mixture"),
                "given twice: --rule mixture,mixture\n");
        assertMistake(2, generate(terminal.team(), "--rule", "additive", "--weights", "uniform,prompt"),
                "found --rule additive --weights uniform,prompt\n");
        assertMistake(2, generate(terminal.team(), "--top-p", "2"), "top-p", "2.0");
    }

    @Test
    void questionsWithoutProperOptions() {
        String[] none = {"decide", "--experts", terminal.team(), "--engine", "embedded", "--question", "x"};
        assertMistake(2, none, "--choice");
        String[] twice = {"decide", "--experts", terminal.team(), "--engine", "embedded", "--question", "x", "--choice",
            "a", "--choice", "a"};
        assertMistake(2, twice, "'a' occurs twice");
        assertMistake(2, new String[]{"decide", "--experts", terminal.team()}, "nothing to decide");
    }

    @Test
    void promptsLongerThanTheContext() {
        String[] arguments = generate(terminal.team(), "--context", "64");
        arguments[arguments.length - 1] = "x".repeat(700);
        assertMistake(2, arguments, "prompt", "tokens", "larger context");
        assertMistake(2, generate(terminal.team(), "--context", "100000"), "--context", "1024");
    }

    @Test
    void outputsThatCannotBeWritten() throws IOException {
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), "{\"question\":\"q\",\"choices\":[\"a\",\"b\"]}\n");
        assertMistake(2, new String[]{"decide", "--experts", terminal.team(), "--engine", "embedded", "--input",
            rows.toString(), "--output", terminal.path("no/such/folder.jsonl")}, "folder.jsonl", "does not exist");
        // Known before anything is computed: a later step, the search for the engine, would fail too.
        String engine = terminal.path("none.so");
        String[] decide = {"decide", "--experts", terminal.team(), "--engine", engine, "--input", rows.toString()};
        String[] page = {"explain", "--experts", terminal.team(), "--engine", engine, "--html", terminal.path("no/why"),
            "x"};
        assertMistake(2, more(decide, "--output", folder.toString()), folder.toString(), "is a folder");
        assertMistake(2, more(decide, "--json", terminal.path("no/result")), "result", "does not exist");
        assertMistake(2, generate(terminal.team(), "--json", folder.toString()), "is a folder");
        assertMistake(2, page, "why", "does not exist");
        assertMistake(2, new String[]{"quickstart", "--engine", engine, "--json", terminal.path("no/result")}, "result",
                "does not exist");
    }

    private static String[] more(String[] arguments, String... more) {
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    @Test
    void verboseShowsWhere() {
        Terminal.Outcome outcome = terminal.run(generate(terminal.path("none.yaml"), "--verbose"));
        assertThat(outcome.err()).contains("\tat ");
    }
}
