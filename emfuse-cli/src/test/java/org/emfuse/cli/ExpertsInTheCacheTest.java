package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.emfuse.llm.gguf.TinyModels;
import org.emfuse.llm.model.FileServer;
import org.emfuse.llm.peft.PeftAdapter;
import org.emfuse.llm.peft.TinyPeft;
import org.emfuse.record.Sha256;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What experts files bring into the cache is verified, and removed where nobody else needs it. */
class ExpertsInTheCacheTest {

    private static final String BASE = "hf:some/models/tiny.gguf";
    private static final String ADAPTER = "hf:some/models/red.gguf";
    private static final String PEFT = "hf:some/peft/" + PeftAdapter.WEIGHTS;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final Map<String, byte[]> served = new HashMap<>();

    @SuppressWarnings("NullAway.Init")
    private FileServer hub;

    @BeforeEach
    void openHub() throws IOException {
        served.put("tiny.gguf", Files.readAllBytes(TinyModels.of(1).write(folder.resolve("base.gguf"))));
        TinyModels.writeAdapter(folder.resolve("red.gguf"), 1, 1);
        served.put("red.gguf", Files.readAllBytes(folder.resolve("red.gguf")));
        Path peft = TinyPeft.of("F32", 1, 1).write(folder.resolve("peft"));
        for (String name : new String[]{PeftAdapter.CONFIG, PeftAdapter.WEIGHTS}) {
            served.put(name, Files.readAllBytes(peft.resolve(name)));
        }
        hub = new FileServer(new byte[0], (self, exchange) -> {
            String path = exchange.getRequestURI().getPath();
            String name = path.substring(path.lastIndexOf('/') + 1);
            self.change(served.getOrDefault(name, new byte[0]), "\"" + name + "\"");
            FileServer.whole(self, exchange);
        });
    }

    @AfterEach
    void closeHub() {
        hub.close();
    }

    private String experts(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private Terminal.Outcome run(String... arguments) throws IOException, InterruptedException {
        Terminal.Outcome outcome = new ChildProcess(folder, Map.of("EMFUSE_OFFLINE", "0", "EMFUSE_HOME",
                folder.resolve("home").toString(), "HF_ENDPOINT", hub.at("").toString()), arguments).end();
        assertThat(outcome.err()).doesNotContain("\tat ").doesNotContain("fault of the program");
        return outcome;
    }

    private Path cached(String path) {
        return folder.resolve("home/models/hf/some").resolve(path);
    }

    private List<Path> conversions() throws IOException {
        Path adapters = folder.resolve("home/adapters");
        if (!Files.exists(adapters)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(adapters)) {
            return files.toList();
        }
    }

    private static void spoil(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }

    private void assertBad(String file, String... words) throws IOException, InterruptedException {
        Terminal.Outcome outcome = run("experts", "verify", file);
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains(words);
    }

    @Test
    void everyFileIsComparedWithWhatIsKnownOfIt() throws Exception {
        String team = experts("team.yaml", "base: " + BASE + "\nexperts:\n  - {name: a, adapter: '" + PEFT
                + "'}\n  - {name: b, adapter: red.gguf}\n  - {name: c}\n");
        assertBad(team, "3 problems", BASE + " is absent; fetch it with: emfuse experts fetch " + team);
        assertThat(run("experts", "fetch", team).code()).isZero();

        Terminal.Outcome sound = run("experts", "verify", team);
        assertThat(sound.code()).as(sound.err()).isZero();
        assertThat(sound.out()).containsPattern(BASE + " +sound +the record of its fetch")
                .containsPattern(PEFT + " +sound +the record of its fetch")
                .containsPattern(PeftAdapter.CONFIG + " +sound +the record of its fetch")
                .containsPattern(PEFT + " \\(converted\\) +sound +another conversion of")
                .containsPattern("red.gguf +present +nothing: no hash is known");

        Path converted = conversions().getFirst();
        byte[] before = Files.readAllBytes(converted);
        spoil(converted);
        assertBad(team, "(converted) is damaged; remove " + converted);
        Files.write(converted, before);
        spoil(cached("models/main/tiny.gguf"));
        Files.delete(folder.resolve("red.gguf"));
        assertBad(team, "2 problems", BASE + " is damaged; fetch it with",
                "red.gguf is absent; put it at " + folder.resolve("red.gguf"));
    }

    @Test
    void aDamagedConversionIsMadeAgain() throws Exception {
        String team = experts("team.yaml", "base: base.gguf\nexperts: [{name: a, adapter: peft}]\n");
        assertThat(run("experts", "fetch", team).code()).isZero();
        Path converted = conversions().getFirst();
        byte[] before = Files.readAllBytes(converted);
        Files.write(converted, new byte[0]);
        Terminal.Outcome outcome = run("experts", "inspect", team);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains(converted + " is damaged; converting the adapter peft again");
        assertThat(converted).hasBinaryContent(before);
        assertThat(run("experts", "inspect", team).err()).doesNotContain("converting");
    }

    @Test
    void anAdapterInTwoFilesIsFetchedWhole() throws Exception {
        Terminal.Outcome absent = run("models", "inspect", PEFT);
        assertThat(absent.code()).isEqualTo(1);
        assertThat(absent.err()).contains("Fetch it with: emfuse models fetch " + PEFT);
        assertThat(run("models", "fetch", PEFT).out()).contains(PeftAdapter.CONFIG, PEFT);
        Terminal.Outcome inspected = run("models", "inspect", PEFT);
        assertThat(inspected.code()).as(inspected.err()).isZero();
        assertThat(inspected.out()).contains("form            PEFT", "ranks           [" + TinyModels.RANK + "]");
    }

    @Test
    void commandsToCopyAreCommands() throws Exception {
        Path spaced = Files.createDirectory(folder.resolve("it's here"));
        String team = Files.writeString(spaced.resolve("team.yaml"), "base: " + BASE + "\nexperts: [{name: a}]\n")
                .toString();
        String copied = "emfuse experts fetch '" + team.replace("'", "'\\''") + "'";
        assertBad(team, copied);
        assertThat(run("experts", "check", team).err()).contains(copied);
    }

    @Test
    void onlyWhatNobodyElseNeedsIsRemoved() throws Exception {
        String mine = experts("mine.yaml", "base: " + BASE + "\nexperts:\n  - {name: a, adapter: '" + ADAPTER
                + "'}\n  - {name: b, adapter: peft}\n  - {name: c, adapter: red.gguf}\n");
        String other = experts("other.yaml", "base: home/models/hf/some/models/main/tiny.gguf\nexperts: [{name: a}]\n");
        assertThat(run("experts", "fetch", mine).code()).isZero();
        assertThat(run("experts", "fetch", other).code()).isZero();
        assertThat(conversions()).hasSize(1);

        Terminal.Outcome planned = run("experts", "remove", mine, "--dry-run", "--json", "-");
        JsonNode plan = Json.LINES.readTree(planned.out());
        assertThat(plan.path("dryRun").asBoolean()).isTrue();
        assertThat(plan.path("freedBytes").asLong()).isPositive();
        assertThat(cached("models/main/red.gguf")).exists();
        assertThat(conversions()).hasSize(1);

        Terminal.Outcome removed = run("experts", "remove", mine);
        assertThat(removed.code()).as(removed.err()).isZero();
        assertThat(removed.out()).contains(BASE + "  stays: " + other + " names it too", ADAPTER + "  ",
                "peft (converted)  ", " freed", "red.gguf  stays: it is a file of yours");
        assertThat(cached("models/main/red.gguf")).doesNotExist();
        assertThat(conversions()).isEmpty();
        assertThat(cached("models/main/tiny.gguf")).exists();
        assertThat(folder.resolve("red.gguf")).exists();
        assertThat(folder.resolve("peft")).isDirectoryContaining("glob:**.json");

        Files.delete(Path.of(other));
        assertThat(run("experts", "remove", mine).out()).containsPattern(BASE + "  .* freed")
                .contains(ADAPTER + "  was not here");
        try (Stream<Path> left = Files.walk(folder.resolve("home/models"))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void whatWasFetchedByItsNameOrPutThereStays() throws Exception {
        String mine = experts("mine.yaml", "base: " + BASE + "\nexperts: [{name: a, adapter: by-hand}]\n");
        byte[] content = Files.readAllBytes(folder.resolve("red.gguf"));
        Files.createDirectories(folder.resolve("home/models"));
        Files.writeString(folder.resolve("home/catalog.yaml"), """
                by-hand: {file: hand.gguf, bytes: %d, sha256: %s, licence: none, sources: ['/nowhere/hand.gguf']}
                """.formatted(content.length, Sha256.of(content)));
        Path hand = Files.write(folder.resolve("home/models/hand.gguf"), content);
        assertThat(run("experts", "fetch", mine).code()).isZero();
        assertThat(run("experts", "verify", mine).out()).containsPattern("by-hand +sound +the catalog");
        assertThat(run("models", "fetch", BASE).code()).isZero();

        assertThat(run("experts", "remove", mine).out()).contains(
                BASE + "  stays: it was fetched by its name; it goes with: emfuse models remove " + BASE,
                "by-hand  stays: nothing says that it was fetched", "0.0 MB freed");
        assertThat(hand).exists();
        assertThat(cached("models/main/tiny.gguf")).exists();
        assertThat(run("models", "verify", BASE).out()).contains("sound");
    }
}
