package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defaults from the configuration file. */
@SuppressWarnings("NullAway.Init")
class ConfigFileTest {

    @TempDir
    private Path folder;

    private Terminal terminal;

    @BeforeEach
    void makeExperts() {
        terminal = new Terminal(folder);
    }

    private Terminal.Outcome run(String config, String... arguments) throws Exception {
        Files.writeString(folder.resolve("config.yaml"), config);
        return new Program(folder, Map.of("EMFUSE_HOME", terminal.path("home"), "EMFUSE_OFFLINE", "1", "EMFUSE_CONFIG",
                terminal.path("config.yaml"))).run(arguments);
    }

    @Test
    void defaultsApplyToTheirCommandsAndGiveWayToOptions() throws Exception {
        String config = "engine: embedded\nexperts: " + terminal.team() + "\nformat: json\ndecide:\n  format: csv\n";
        String[] decide = {"decide", "--question", "is it so?", "--choice", "yes", "--choice", "no"};
        Terminal.Outcome own = run(config, decide);
        assertThat(own.code()).as(own.err()).isZero();
        assertThat(own.out()).startsWith("id,method,option");
        assertThat(own.err()).doesNotContain("./emfuse engine install");
        assertThat(run(config, "decide", "--question", "x", "--choice", "a", "--choice", "b", "--format", "json").out())
                .startsWith("{");
    }

    @Test
    void aWrongFileStopsCommandsButNotHelpAndDoctor() throws Exception {
        Terminal.Outcome wrong = run("engien: embedded\n", "decide", "--experts", terminal.team(), "--question", "x",
                "--choice", "a", "--choice", "b");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("config.yaml: unknown key 'engien'; did you mean 'engine'?")
                .doesNotContain("Exception");
        assertThat(run("engien: embedded\n", "decide", "--help").code()).isZero();
        Terminal.Outcome doctor = run("engien: embedded\n", "doctor");
        assertThat(doctor.code()).isEqualTo(1);
        assertThat(doctor.out()).contains("problem  config", "engien");
    }

    @Test
    void aWrongFileIsSaidBeforeWhatItWouldHaveGiven() throws Exception {
        Terminal.Outcome wrong = run("experts: " + terminal.team() + "\nrul: additive\n", "generate", "hi");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("config.yaml: unknown key 'rul'").doesNotContain("--experts");
        assertThat(run("engine: embedded\n", "generate", "hi").err()).contains("--experts");
        assertThat(run("engine: &x [*x]\n", "models", "list").err()).contains("config.yaml", "hold themselves")
                .doesNotContain("\tat ");
    }

    @Test
    void aFileThatIsNamedButNotThereIsAnError() throws Exception {
        Terminal.Outcome gone = new Program(folder, Map.of("EMFUSE_HOME", terminal.path("home"), "EMFUSE_OFFLINE", "1",
                "EMFUSE_CONFIG", terminal.path("gone.yaml"))).run("models", "list");
        assertThat(gone.code()).isEqualTo(2);
        assertThat(gone.err()).contains("EMFUSE_CONFIG", "gone.yaml").doesNotContain("Exception");
    }

    @Test
    void commandsTakeAFileThatSpeaksOfOthers() throws Exception {
        String config = "engine: embedded\nrl: {train: {steps: 5}}\n";
        for (String[] command : new String[][]{{"models", "list"}, {"engine", "list"}, {"doctor"}}) {
            Terminal.Outcome outcome = run(config, command);
            assertThat(outcome.code()).as(outcome.out() + outcome.err()).isZero();
        }
    }

    @Test
    void elementsOfListsStayAsTheyAre() throws Exception {
        String config = "engine: embedded\nexperts: " + terminal.team() + "\nrule: [additive, emselect]\n"
                + "decide: {format: csv, choice: [yes, 'no, or not']}\n";
        Terminal.Outcome listed = run(config, "decide", "--question", "is it so?");
        assertThat(listed.code()).as(listed.err()).isZero();
        assertThat(listed.out()).contains("emfuse,0,yes,", "emselect,1,\"no, or not\",").doesNotContain(",2,");
        Terminal.Outcome given = run(config, "decide", "--question", "is it so?", "--choice", "a", "--choice", "b");
        assertThat(given.out()).as("the command line goes first").doesNotContain("no, or not").contains(",0,a,",
                ",1,b,");
    }

    @Test
    void theCommandLineGoesBeforeAFileOfRowsAndTextsStayAsTheyAre() throws Exception {
        String rows = Files.writeString(folder.resolve("rows.jsonl"), "{\"question\": \"q\", \"choices\": [\"no\"]}\n")
                .toString();
        String config = "engine: embedded\nexperts: " + terminal.team() + "\nrule: additive, emselect\n"
                + "decide: {input: " + rows + "}\ngenerate: {stop: '${HOME}', rule: additive, max-tokens: 1}\n";
        assertThat(run(config, "decide").out()).contains("1: no");
        Terminal.Outcome asked = run(config, "decide", "--question", "q", "--choice", "yes");
        assertThat(asked.code()).as(asked.err()).isZero();
        assertThat(asked.out()).contains("1: yes", "emselect");
        Terminal.Outcome generated = run(config, "generate", "--json", "-", "x");
        assertThat(generated.code()).as(generated.err()).isZero();
        assertThat(generated.out()).contains("\"stop\" : [ \"${HOME}\" ]");
        assertThat(run("engine: ''\n", "engine", "list").err()).contains("an empty text");
    }

    @Test
    void flagsAreTrueOrFalse() throws Exception {
        String[] generate = {"generate", "--experts", terminal.team(), "--engine", "embedded", "--max-tokens", "1",
            "x"};
        String[] flagged = {"generate", "--experts", terminal.team(), "--engine", "embedded", "--max-tokens", "1", "x",
            "--verbose"};
        assertThat(run("verbose: true\n", generate).err()).contains("engine: llama.cpp");
        assertThat(run("verbose: true\n", flagged).err()).as("both").contains("engine: llama.cpp");
        assertThat(run("verbose: false\n", generate).err()).doesNotContain("engine: llama.cpp");
        assertThat(run("verbose: false\n", flagged).err()).contains("engine: llama.cpp");
        Terminal.Outcome wrong = run("verbose: maybe\n", generate);
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("config.yaml: expected true or false for 'verbose', found maybe");
    }

    @Test
    void valuesThatAnOptionCannotTakeAreSaidWithTheFile() throws Exception {
        String[] generate = {"generate", "--experts", terminal.team(), "--engine", "embedded", "x"};
        Terminal.Outcome number = run("seed: five\n", generate);
        assertThat(number.code()).isEqualTo(2);
        assertThat(number.err()).contains("--seed", "'five'", "config.yaml");
        // Several files are right for the data of another command.
        Terminal.Outcome several = run("data: [a, b]\n", "rl", "train", "--output", terminal.path("run"));
        assertThat(several.code()).isEqualTo(2);
        assertThat(several.err()).contains("config.yaml: expected one value for 'data', found [a, b]");
    }

    private Map<String, String> read(String text) throws IOException {
        Map<String, String> values = new HashMap<>();
        ConfigValues.read(Files.writeString(folder.resolve("c.yaml"), text), Main.commandLine().getCommandSpec())
                .byKey()
                .forEach((key, value) -> values.put(key, value.toString()));
        return values;
    }

    @Test
    void keysAreOptionsOrCommands() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("engine: embedded\nrl: {train: {steps: 5}}\nrule: [additive, mixture]\n")).isEqualTo(
                Map.of("engine", "embedded", "rl train steps", "5", "rule", "[additive, mixture]"));
        assertThatThrownBy(() -> read("decide: {stepz: 5}\n"))
                .hasMessageContaining("c.yaml: decide: unknown key 'stepz'");
        assertThatThrownBy(() -> read("decide: 5\n")).hasMessageContaining("below it");
        assertThatThrownBy(() -> read("engine: {a: 1}\n")).hasMessageContaining("'a'");
        assertThatThrownBy(() -> read("engine: [a, b]\n")).hasMessageContaining("one value for 'engine'");
        assertThatThrownBy(() -> read("quiet: 1\n")).hasMessageContaining("true or false for 'quiet'");
        assertThatThrownBy(() -> read("engine: [[a]]\n")).hasMessageContaining("'engine'");
        assertThatThrownBy(() -> read("engine: [a\n")).hasMessageContaining("line");
    }

    @Test
    void thePlaceFollowsTheEnvironment() {
        Path home = Path.of("/home/me");
        assertThat(ConfigFile.place(Map.of(), home)).isEqualTo(Path.of("/home/me/.config/emfuse/config.yaml"));
        assertThat(ConfigFile.place(Map.of("XDG_CONFIG_HOME", "/x"), home)).isEqualTo(Path.of("/x/emfuse/config.yaml"));
        assertThat(ConfigFile.place(Map.of("XDG_CONFIG_HOME", "/x", "EMFUSE_CONFIG", "/c.yaml"), home))
                .isEqualTo(Path.of("/c.yaml"));
    }
}
