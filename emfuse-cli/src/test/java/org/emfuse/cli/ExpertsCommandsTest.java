package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.List;
import java.util.stream.Stream;

import org.emfuse.llm.gguf.TinyModels;
import org.emfuse.llm.gguf.WrongModel;
import org.emfuse.llm.peft.PeftAdapter;
import org.emfuse.llm.peft.TinyPeft;
import org.emfuse.record.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Experts files are listed, inspected and checked; adapters are converted; damaged files get one message. */
class ExpertsCommandsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Terminal terminal;

    @BeforeEach
    void makeExperts() {
        terminal = new Terminal(folder);
    }

    private String yaml(String text) throws IOException {
        return Files.writeString(folder.resolve("own.yaml"), text).toString();
    }

    private Terminal.Outcome check(String file, String... more) {
        String[] start = {"experts", "check", "--engine", "embedded", file};
        String[] all = Arrays.copyOf(start, start.length + more.length);
        System.arraycopy(more, 0, all, start.length, more.length);
        return terminal.run(all);
    }

    private void assertProblem(Terminal.Outcome outcome, String... words) {
        assertThat(outcome.err()).contains(words).doesNotContain("\tat ").doesNotContain("fault of the program");
        assertThat(outcome.code()).isEqualTo(2);
    }

    @Test
    void aSoundFileIsExplainedWithPrompts() throws IOException {
        String file = yaml("""
                base: base.gguf
                experts:
                  - {name: red, adapter: red.gguf, system: You are red., temperature: 2}
                  - {name: plain}
                """);

        Terminal.Outcome outcome = check(file);

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).contains("red\n  The model base.gguf as changed by the adapter red.gguf",
                "Architecture llama, 2 layers", "You are red.", "it counts for less",
                "<|im_start|>system\n    You are red.<|im_end|>", "<|im_start|>user\n    What is 2 + 2?<|im_end|>",
                "plain\n  The model base.gguf as it is.", "It gets no system text", "the model's own",
                "Nothing speaks against it");
        JsonNode json = new JsonMapper().readTree(check(file, "--json", "-").out());
        assertThat(json.path("sound").asBoolean()).isTrue();
        assertThat(json.path("experts").get(1).path("name").asString()).isEqualTo("plain");
        assertThat(json.path("experts").get(0).path("prompt").asString()).contains("You are red.");
    }

    @Test
    void aTemplateThatTheEngineDoesNotKnowIsSaid() throws IOException {
        TinyModels.of(1).withTemplate("{{ strange }}").write(folder.resolve("strange.gguf"));
        assertThat(check(yaml("experts: [{name: a, model: strange.gguf}]")).out())
                .contains("ChatML, because the engine does not know the model's own template");
    }

    @Test
    void vocabulariesThatDifferInOneTokenAreNamedByIt() throws IOException {
        TinyModels one = TinyModels.of(1).withExtraTokens("<|this|>");
        one.write(folder.resolve("one.gguf"));
        TinyModels.of(1).withExtraTokens("<|that|>").write(folder.resolve("two.gguf"));
        String file = yaml("experts: [{name: a, model: one.gguf}, {name: b, model: two.gguf}]");
        String difference = "token " + (one.vocabularySize() - 1) + " is '<|this|>' and '<|that|>'";

        assertProblem(check(file), "the experts a and b do not share a vocabulary", difference);
        Terminal.Outcome used = terminal.run("generate", "--engine", "embedded", "--experts", file, "x");
        assertProblem(used, difference);
    }

    @Test
    void allProblemsAreListedAtOnce() throws IOException {
        WrongModel.ADAPTER_OF_OTHER_ARCHITECTURE.write(folder.resolve("other.gguf"));
        WrongModel.ADAPTER_OF_OTHER_WIDTH.write(folder.resolve("wide.gguf"));
        Terminal.Outcome outcome = check(yaml("""
                base: base.gguf
                experts:
                  - {name: a, adapter: other.gguf}
                  - {name: b, adapter: wide.gguf}
                  - {name: c, model: none.gguf}
                  - {name: d, adapter: base.gguf}
                """));
        assertProblem(outcome, "4 problems", "expert 'a'", "architecture gemma3", "expert 'b'",
                "does not fit the base base.gguf", "expert 'c'", "none.gguf does not exist", "expert 'd'",
                "is not a LoRA adapter");
    }

    @Test
    void anExpertWhoseFilesCannotBeReadDoesNotHideTheOthers() throws IOException {
        Path unreadable = Path.of("/sys/class/net/lo/speed"); // opens, and fails when it is read
        assumeTrue(Files.isRegularFile(unreadable));
        Path peft = TinyPeft.of("F32", 1, 1).write(folder.resolve("peft"));
        Files.delete(peft.resolve(PeftAdapter.WEIGHTS));
        Files.createSymbolicLink(peft.resolve(PeftAdapter.WEIGHTS), unreadable);
        String experts = "base: base.gguf\nexperts:\n  - {name: a, adapter: peft}\n  - {name: b, adapter: %s.gguf}\n";

        Terminal.Outcome outcome = check(yaml(experts.formatted("red")));
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).contains("a\n  The model base.gguf as changed by the adapter peft",
                "b\n  The model base.gguf as changed by the adapter red.gguf").doesNotContain("Nothing speaks");
        assertThat(outcome.err()).contains("expert 'a' could not be checked", PeftAdapter.WEIGHTS)
                .doesNotContain("\tat ").doesNotContain("fault of the program").doesNotContain("expert 'b'");
        assertProblem(check(yaml(experts.formatted("none"))), "2 problems", "expert 'b': ",
                "expert 'a' could not be checked");
        JsonNode json = new JsonMapper().readTree(check(yaml(experts.formatted("red")), "--json", "-").out());
        assertThat(json.path("sound").asBoolean()).isFalse();
        assertThat(json.path("failures")).hasSize(1);
        assertThat(json.path("experts").get(1).path("problems")).isEmpty();
        Files.delete(peft.resolve(PeftAdapter.WEIGHTS)); // the folder's removal would warn of the link
    }

    /** What a file can be instead of what it should be. */
    private static Map<String, byte[]> damages(byte[] sound) {
        Map<String, byte[]> damages = new LinkedHashMap<>();
        damages.put("truncated", Arrays.copyOf(sound, sound.length / 2));
        damages.put("zeros", new byte[sound.length]);
        byte[] random = new byte[sound.length];
        new SplittableRandom(1).nextBytes(random);
        damages.put("random", random);
        byte[] version = sound.clone();
        version[4] = 77;
        damages.put("version", version);
        damages.put("text", "<!DOCTYPE html>\n<p>404".repeat(9).getBytes(StandardCharsets.UTF_8));
        damages.put("empty", new byte[0]);
        return damages;
    }

    @Test
    void damagedFilesInEveryPlaceGetOneMessage() throws IOException {
        Path peft = TinyPeft.of("F32", 1, 1).write(folder.resolve("peft"));
        Map<String, String> places = Map.of("base.gguf", "base: base.gguf\nexperts: [{name: a}]\n", "red.gguf",
                "base: base.gguf\nexperts: [{name: a, adapter: red.gguf}]\n", "peft/" + PeftAdapter.WEIGHTS,
                "base: base.gguf\nexperts: [{name: a, adapter: peft}]\n", "peft/" + PeftAdapter.CONFIG,
                "base: base.gguf\nexperts: [{name: a, adapter: peft}]\n");
        for (Map.Entry<String, String> place : places.entrySet()) {
            Path file = folder.resolve(place.getKey());
            byte[] sound = Files.readAllBytes(file);
            String experts = yaml(place.getValue());
            for (Map.Entry<String, byte[]> damage : damages(sound).entrySet()) {
                if (damage.getKey().equals("version") && !place.getKey().endsWith(".gguf")) {
                    continue; // these formats have no version
                }
                Files.write(file, damage.getValue());
                for (String[] command : new String[][]{{"experts", "check", "--engine", "embedded", experts},
                    {"generate", "--engine", "embedded", "--experts", experts, "x"}}) {
                    Terminal.Outcome outcome = terminal.run(command);
                    assertThat(outcome.err()).as("%s as %s", damage.getKey(), place.getKey())
                            .contains(file.getFileName().toString()).doesNotContain("\tat ")
                            .doesNotContain("fault of the program").hasLineCount(1);
                    assertThat(outcome.code()).isEqualTo(2);
                }
            }
            Files.write(file, sound);
        }
        assertThat(peft).isDirectoryContaining("glob:**.json");
    }

    @Test
    void anAdapterFolderIsAsGoodAsAFile() throws IOException {
        TinyPeft.of("F32", 1, 1).write(folder.resolve("peft"));
        String text = "base: base.gguf\nexperts: [{name: a, adapter: %s}]\n";
        String[] generate = {"generate", "--engine", "embedded", "--max-tokens", "4", "--json", "-", "--experts", "",
            "hello"};
        generate[8] = yaml(text.formatted("peft"));
        JsonNode folderForm = new JsonMapper().readTree(terminal.run(generate).out());
        generate[8] = yaml(text.formatted("red.gguf"));
        JsonNode fileForm = new JsonMapper().readTree(terminal.run(generate).out());
        assertThat(folderForm.path("energies")).isEqualTo(fileForm.path("energies")).isNotEmpty();
        assertThat(check(yaml(text.formatted("peft"))).code()).isZero();
    }

    @Test
    void anAdapterFolderHasTheFactsOfItsFile() throws IOException {
        Path peft = TinyPeft.of("F32", 1, 1).write(folder.resolve("peft"));
        Terminal.Outcome outcome = terminal.run("models", "inspect", peft.toString(), "--json", "-");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        JsonNode ofFolder = new JsonMapper().readTree(outcome.out());
        JsonNode ofFile = new JsonMapper()
                .readTree(terminal.run("models", "inspect", terminal.path("red.gguf"), "--json", "-").out());
        for (String fact : List.of("kind", "parameters", "tensors", "alpha", "ranks", "maps")) {
            assertThat(ofFolder.path(fact)).as(fact).isEqualTo(ofFile.path(fact));
            assertThat(ofFile.has(fact)).as(fact).isTrue();
        }
        assertThat(ofFolder.path("sha256").asString()).isEqualTo(Sha256.of(peft.resolve(PeftAdapter.WEIGHTS)));
        assertThat(terminal.run("models", "inspect", peft.resolve(PeftAdapter.WEIGHTS).toString()).out())
                .contains("form            PEFT");
        Files.delete(peft.resolve(PeftAdapter.CONFIG));
        assertProblem(terminal.run("models", "inspect", peft.toString()), "has no adapter_config.json");
    }

    @Test
    void anAdapterIsConvertedWholeOrNotAtAll() throws IOException {
        Path peft = TinyPeft.of("F32", 1, 1).write(folder.resolve("peft"));
        String target = terminal.path("made.gguf");
        String[] convert = {"adapter", "convert", peft.toString(), "--base", terminal.path("base.gguf"), "--output",
            target};
        Terminal.Outcome outcome = terminal.run(convert);
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).contains("alpha", "4.0", "ffn_up");
        byte[] made = Files.readAllBytes(Path.of(target));

        TinyPeft.of("F32", 2, 1).with("use_dora", true).write(peft);
        assertProblem(terminal.run(convert), "DoRA", "Merge it into its base");
        TinyPeft.of("F32", 2, Double.NaN).write(peft);
        assertProblem(terminal.run(convert), "lora_B.weight", "is NaN");
        convert[2] = terminal.path("red.gguf");
        assertProblem(terminal.run(convert), "red.gguf is no PEFT adapter");
        convert[2] = peft.toString();
        convert[6] = terminal.path("no/folder.gguf");
        assertProblem(terminal.run(convert), "does not exist");
        assertThat(Path.of(target)).hasBinaryContent(made);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains(".part"));
        }
    }

    @Test
    void expertsAreListedAndInspected() {
        assertThat(terminal.run("experts", "list", terminal.team()).out()).contains("red", "green.gguf", "uniform");
        Terminal.Outcome inspected = terminal.run("experts", "inspect", terminal.team(), "--json", "-");
        JsonNode files = new JsonMapper().readTree(inspected.out()).path("files");
        assertThat(files.path("base.gguf").path("context").asInt()).isEqualTo(1024);
        assertThat(files.path("red.gguf").path("ranks").get(0).asInt()).isEqualTo(TinyModels.RANK);
        assertThat(terminal.run("experts", "fetch", terminal.team()).out()).contains("blue.gguf");
        assertThat(terminal.run("models", "inspect", terminal.path("base.gguf")).out()).contains("quantisation    F32",
                "layers          2", "template");
    }
}
