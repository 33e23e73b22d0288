package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import org.emfuse.llm.engine.NpmClient;
import org.emfuse.record.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Engines, the doctor and versions through the command line, in an empty cache. */
@SuppressWarnings("NullAway.Init")
class EngineCommandTest {

    @TempDir
    private Path folder;

    private Terminal terminal;

    @BeforeEach
    void makeExperts() {
        terminal = new Terminal(folder);
    }

    private Program program(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of("EMFUSE_HOME", terminal.path("home"),
                "XDG_CONFIG_HOME", terminal.path("config"), "EMFUSE_OFFLINE", "1"));
        environment.putAll(more);
        return new Program(folder, environment);
    }

    private String[] generate(String... more) {
        return Stream.concat(Stream.of("generate", "--experts", terminal.team(), "--max-tokens", "2", "hello"),
                Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void withoutANetworkTheEmbeddedEngineRunsAndOneLineSaysHowToGetTheFasterOne() throws Exception {
        Terminal.Outcome outcome = program(Map.of()).run(generate());
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err().lines().filter(line -> line.contains("engine"))).singleElement().asString()
                .contains("using the embedded engine", "EMFUSE_OFFLINE", "./emfuse engine install");
        assertThat(program(Map.of()).run("engine", "use", "embedded").code()).isZero();
        assertThat(program(Map.of()).run(generate()).err()).as("refused").doesNotContain("engine");
    }

    @Test
    void withoutNpmTheEmbeddedEngineRuns() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("nothing"));
        Terminal.Outcome outcome = program(Map.of("PATH", empty.toString(), "EMFUSE_OFFLINE", "0")).run(generate());
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("npm", "was not found", "./emfuse engine install");
    }

    @Test
    void aStoppedInstallLeavesNothing() throws Exception {
        try {
            NpmClient.version();
        } catch (IOException e) {
            System.out.println("Skipped: " + e.getMessage());
            assumeTrue(false, e.getMessage());
        }
        CountDownLatch asked = new CountDownLatch(1);
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // Asked, it never answers.
        registry.createContext("/", exchange -> asked.countDown());
        registry.start();
        try {
            Process process = program(Map.of("EMFUSE_OFFLINE", "0", "npm_config_registry",
                    "http://127.0.0.1:" + registry.getAddress().getPort() + "/")).start("engine", "install");
            assertThat(asked.await(60, TimeUnit.SECONDS)).as("npm asked its registry").isTrue();
            try (Stream<Path> files = Files.list(folder.resolve("home/engines"))) {
                assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(".fetch")))
                        .hasSize(1);
            }
            List<ProcessHandle> clients = process.descendants().toList();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
            try (Stream<Path> files = Files.list(folder.resolve("home/engines"))) {
                assertThat(files).isEmpty();
            }
            for (ProcessHandle client : clients) {
                client.onExit().get(30, TimeUnit.SECONDS);
            }
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void mistakesAreSaid() throws Exception {
        Terminal.Outcome unknown = terminal.run("engine", "install", "cup");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no engine 'cup'", "did you mean 'cpu'");
        Terminal.Outcome embedded = terminal.run("engine", "remove", "embedded");
        assertThat(embedded.code()).isEqualTo(2);
        assertThat(embedded.err()).contains("cannot be removed");
        assertThat(program(Map.of()).run("engine", "remove", "nosuch").err()).contains("Installed: none");
        assertThat(terminal.run("engine", "install", "embedded").err()).contains("needs no installing",
                "engine use embedded");
        assertThat(terminal.run(generate("--threads", "100000")).err()).contains("--threads", "100000");
        assertThat(terminal.run(generate("--evaluation", "never")).err()).contains("at-once, in-turn or auto", "never");
    }

    @Test
    void theDoctorSaysWhetherDecidingWorks() throws Exception {
        Terminal.Outcome well = program(Map.of()).run("doctor", "--json", "-");
        assertThat(well.code()).as(well.out() + well.err()).isZero();
        assertThat(well.out()).contains("\"works\" : true", "embedded", "EMFUSE_OFFLINE is set",
                "\"subject\" : \"java\"");
        Terminal.Outcome text = program(Map.of()).run("doctor");
        assertThat(text.out()).contains("Deciding works.", "-> ");
        Path file = Files.writeString(folder.resolve("a-file"), "");
        Terminal.Outcome ill = program(Map.of("EMFUSE_HOME", file.resolve("below").toString())).run("doctor");
        assertThat(ill.code()).isEqualTo(1);
        assertThat(ill.out()).contains("problem  cache", "EMFUSE_HOME", "Deciding does not work.");
    }

    @Test
    void theDoctorLooksAtModelsAndTheirClients() throws Exception {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        Path home = Files.createDirectories(folder.resolve("home"));
        byte[] content = {'a', ' ', 'm', 'o', 'd', 'e', 'l'};
        String entry = "%s:\n  file: %s.gguf\n  bytes: 7\n  sha256: " + Sha256.of(content)
                + "\n  licence: own\n  sources: [pip:x==1/y.gguf]\n";
        Files.writeString(home.resolve("catalog.yaml"),
                entry.formatted("sound", "sound") + entry.formatted("spoilt", "spoilt"));
        Files.write(Files.createDirectories(home.resolve("models")).resolve("sound.gguf"), content);
        Files.write(home.resolve("models/spoilt.gguf"), new byte[]{'a', ' ', 'm', 'o', 'd', 'e', 'r'});
        Terminal.Outcome without = program(Map.of("PATH", tools.toString())).run("doctor");
        assertThat(without.out()).containsPattern("ok +model +sound \\(0.0 MB\\), here, verified")
                .containsPattern("warning +model +spoilt \\(0.0 MB\\) is damaged")
                .containsPattern("warning +model +smollm2-135m-instruct \\(98 MB\\) is not here and cannot be fetched")
                .containsPattern("warning +pip +not found").containsPattern("warning +npm +npm was not found");

        Path pip = Files.writeString(tools.resolve("pip3"), "#!/bin/sh\nexit 0\n");
        assertThat(pip.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("catalog.yaml"), "sound: {file: sound.gguf}\n");
        Terminal.Outcome with = program(Map.of("PATH", tools.toString())).run("doctor");
        assertThat(with.out()).containsPattern("ok +pip +pip3 answers")
                .containsPattern("problem +model +.*catalog.yaml: sound").contains("correct the catalog");
        assertThat(with.code()).isEqualTo(1);
    }

    /** The library of the embedded engine, which is the first of the list. */
    private Path embedded() throws IOException {
        return Path.of(engines().path(0).path("path").asString());
    }

    private JsonNode engines() throws IOException {
        assertThat(terminal.run("engine", "list", "--json", terminal.path("list.json")).code()).isZero();
        return new JsonMapper().readTree(Files.readString(folder.resolve("list.json"))).path("engines");
    }

    @Test
    void theEngineOfTheConfigurationFileIsShownWithItsReason() throws Exception {
        Path mine = Files.createDirectories(folder.resolve("home/engines/mine"));
        Files.copy(embedded(), mine.resolve("libllama.v9.8.7.so"));
        Path config = Files.writeString(folder.resolve("config.yaml"), "engine: mine\ndecide: {engine: embedded}\n");
        Program configured = program(Map.of("EMFUSE_CONFIG", config.toString()));
        String reason = "chosen in the configuration file " + config;

        Terminal.Outcome list = configured.run("engine", "list");
        assertThat(list.out()).contains(reason, "emfuse decide uses embedded");
        assertThat(list.out().lines().filter(line -> line.startsWith("*  "))).singleElement().asString()
                .startsWith("*  mine ");
        assertThat(configured.run("doctor").out()).contains("mine, llama.cpp v9.8.7, in use (" + reason);
        assertThat(configured.run("version").out()).contains("engine llama.cpp v9.8.7 (mine; " + reason + ")");
        assertThat(configured.run("engine", "use", "embedded").out()).contains("remembered embedded, but", "mine",
                reason);
        assertThat(configured.run(generate("--verbose")).err()).contains("engine: llama.cpp v9.8.7,");
    }

    @Test
    void enginesThatAreAskedForAndCannotBeUsedAreErrors() throws Exception {
        Path broken = Files.write(folder.resolve("libllama.so"), new byte[]{0x7f, 'E', 'L', 'F', 2, 1, 1, 0});
        Terminal.Outcome unknown = program(Map.of()).run(generate("--engine", "embeded"));
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no engine 'embeded'", "did you mean 'embedded'",
                "Known: embedded,");
        Path config = Files.writeString(folder.resolve("config.yaml"), "engine: " + broken + "\n");
        Program configured = program(Map.of("EMFUSE_CONFIG", config.toString()));
        Terminal.Outcome unusable = configured.run(generate());
        assertThat(unusable.code()).isEqualTo(1);
        assertThat(unusable.err()).contains(broken.toString(), "chosen in the configuration file " + config,
                "does not load on this machine", "--engine embedded").doesNotContain("using the embedded");
        Terminal.Outcome doctor = configured.run("doctor");
        assertThat(doctor.code()).isEqualTo(1);
        assertThat(doctor.out()).contains("problem  engine      " + broken + " does not load",
                "Deciding does not work.");
    }

    @Test
    void anEngineThatEndsItsProcessIsSaidInAFewWords() throws Exception {
        JsonNode engines = engines();
        byte[] library = Files.readAllBytes(Path.of(engines.path(0).path("path").asString()));
        String name = engines.path(1).path("name").asString();
        Path place = Files.createDirectories(folder.resolve("home/engines/" + name + "-"
                + engines.path(1).path("version").asString()));
        Files.write(place.resolve("libllama.so"), Arrays.copyOf(library, 1000));

        Terminal.Outcome generated = program(Map.of()).run(generate());
        assertThat(generated.code()).as(generated.err()).isZero();
        assertThat(generated.err().lines().filter(line -> line.contains("does not load"))).singleElement().asString()
                .contains("using the embedded one", "to fetch it anew: ./emfuse engine install " + name)
                .containsPattern("\\(it ended the process that tried it \\((SIG[A-Z]+|code [0-9]+)\\)\\)")
                .doesNotContain("#");
        assertThat(program(Map.of()).run("doctor").out()).contains("it ended the process",
                "-> to fetch it anew: ./emfuse engine install " + name).doesNotContain("bug report");
        Terminal.Outcome again = program(Map.of()).run("engine", "install", name);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("does not load", "EMFUSE_OFFLINE forbids fetching it anew")
                .doesNotContain("with npm");
        assertThat(place.resolve("libllama.so")).as("nothing better came").hasSize(1000);
    }

    @Test
    void aDamagedChoiceIsNamedAndCanBeForgotten() throws Exception {
        Path choice = Files.createDirectories(folder.resolve("home/engines")).resolve(".choice");
        for (byte[] garbage : new byte[][]{{(byte) 0xff, (byte) 0xfe, 7}, {'a', 0, 'b'}}) {
            Files.write(choice, garbage);
            Terminal.Outcome outcome = program(Map.of()).run(generate());
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.err()).contains(choice.toString(), "is damaged", "./emfuse engine use auto");
        }
        Terminal.Outcome doctor = program(Map.of()).run("doctor");
        assertThat(doctor.out()).contains("problem  engine", choice.toString(), "./emfuse engine use auto",
                "Deciding does not work.");
        assertThat(program(Map.of()).run("engine", "use", "auto").code()).isZero();
        assertThat(program(Map.of()).run("engine", "list").code()).isZero();
    }

    @Test
    void whatCannotBeFetchedIsNotAnnounced() throws Exception {
        Terminal.Outcome outcome = program(Map.of()).run("engine", "install");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err().lines()).singleElement().asString().contains("EMFUSE_OFFLINE forbids fetching it");
    }

    @Test
    void aChosenPathThatIsGoneCannotBeFetched() throws Exception {
        Path mine = Files.createDirectory(folder.resolve("eng ine"));
        Files.copy(embedded(), mine.resolve("libllama.so"));
        Program program = program(Map.of());
        assertThat(program.run("engine", "use", mine.toString()).code()).isZero();
        Files.move(mine, folder.resolve("moved"));
        assertThat(program.run("doctor").out()).contains("to forget the choice: ./emfuse engine use auto",
                "./emfuse engine list").doesNotContain("to fetch what was chosen");
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamedWithItsVariable() throws Exception {
        Path file = Files.writeString(folder.resolve("a-file"), "");
        Terminal.Outcome outcome = program(Map.of("EMFUSE_HOME", file.resolve("below").toString())).run("engine",
                "list");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains(file.resolve("below").toString(), "EMFUSE_HOME");
    }

    @Test
    void helpOfCommandsAtAnyDepth() {
        assertThat(terminal.run("help", "engine", "use").out()).isEqualTo(terminal.run("engine", "use", "--help").out())
                .startsWith("Usage: emfuse engine use");
        assertThat(terminal.run("help").out()).startsWith("Usage: emfuse [");
        Terminal.Outcome unknown = terminal.run("help", "engine", "us");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("emfuse engine has no command 'us'");
    }

    @Test
    void everyCommandIsIntroducedByWholeSentences() {
        // Lists of commands show the first line alone.
        List<CommandLine.Model.CommandSpec> commands = commandsBelow(Main.commandLine());
        assertThat(commands).hasSizeGreaterThan(30);
        assertThat(commands).filteredOn(command -> !command.usageMessage().description()[0].endsWith("."))
                .extracting(CommandLine.Model.CommandSpec::qualifiedName).isEmpty();
    }

    private static List<CommandLine.Model.CommandSpec> commandsBelow(CommandLine command) {
        return command.getSubcommands().values().stream().flatMap(
                each -> Stream.concat(Stream.of(each.getCommandSpec()), commandsBelow(each).stream())).toList();
    }

    @Test
    void versionsCompletionAndManualPages() throws Exception {
        assertThat(terminal.run("version").out()).contains("emfuse ", "java " + Runtime.version(), "engine llama.cpp ");
        Terminal.Outcome script = terminal.run("completion", "bash");
        assertThat(script.out()).contains("complete -F", "decide", "--experts");
        assertThat(terminal.run("completion", "zsh").out()).startsWith("autoload");
        assertThat(terminal.run("man", "--output", terminal.path("man")).code()).isZero();
        String page = Files.readString(folder.resolve("man/emfuse-decide.1"), StandardCharsets.UTF_8);
        assertThat(page).startsWith(".TH \"EMFUSE-DECIDE\" 1").contains(".SH SYNOPSIS", "\\-\\-experts FILE.yaml");
        assertThat(folder.resolve("man/emfuse-engine-use.1")).exists();
    }

    @Test
    void verboseSaysWhatIsUsed() {
        assertThat(terminal.run(generate("--engine", "embedded", "--threads", "1", "--verbose")).err())
                .contains("engine: llama.cpp b4916", "evaluation: in turn, 1 thread each; kernel: ", "base.gguf");
    }
}
