package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void aFileThatIsNamedButNotThereIsAnError() throws Exception {
        Terminal.Outcome gone = new Program(folder, Map.of("EMFUSE_HOME", terminal.path("home"), "EMFUSE_OFFLINE", "1",
                "EMFUSE_CONFIG", terminal.path("gone.yaml"))).run("models", "list");
        assertThat(gone.code()).isEqualTo(2);
        assertThat(gone.err()).contains("EMFUSE_CONFIG", "gone.yaml").doesNotContain("Exception");
    }

    private Map<String, String> read(String text) throws IOException {
        return ConfigFile.read(Files.writeString(folder.resolve("c.yaml"), text), Main.commandLine().getCommandSpec());
    }

    @Test
    void keysAreOptionsOrCommands() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("engine: embedded\nrl: {train: {steps: 5}}\nrule: [additive, mixture]\n")).isEqualTo(
                Map.of("engine", "embedded", "rl train steps", "5", "rule", "additive,mixture"));
        assertThatThrownBy(() -> read("decide: {stepz: 5}\n"))
                .hasMessageContaining("c.yaml: decide: unknown key 'stepz'");
        assertThatThrownBy(() -> read("decide: 5\n")).hasMessageContaining("below it");
        assertThatThrownBy(() -> read("engine: {a: 1}\n")).hasMessageContaining("'a'");
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
