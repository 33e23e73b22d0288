package org.emfuse.rl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.ReturnReference;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingReportTest {

    private static final ReturnReference PENDULUM = Environments.spec("Pendulum-v1").reference();

    @TempDir
    Path scratch;

    private Path run(String name, String metrics, String result) throws IOException {
        Path folder = Files.createDirectories(scratch.resolve(name));
        Files.writeString(folder.resolve("metrics.jsonl"), metrics);
        if (!result.isEmpty()) {
            Files.writeString(folder.resolve("result.json"), result);
        }
        return folder;
    }

    private Path pendulum(String name, int seed, double episodeReturn) throws IOException {
        return run(name, """
                {"kind":"update","step":100,"critic_loss":3.5,"entropy":0.5}
                {"kind":"evaluation","step":1000,"return":-900.0,"score":20.0}
                {"kind":"evaluation","step":2000,"return":%s,"score":90.0}
                """.formatted(episodeReturn), """
                {"env": "Pendulum-v1", "algorithm": "sac", "seed": %d, "steps": 2000, "returns": [%s, %s],
                 "config": {"sac": {"batch": 256}}, "versions": {"java": "25 <b>&amp;"}}
                """.formatted(seed, episodeReturn - 10, episodeReturn + 10));
    }

    @Test
    void seedsAreSummarised() throws IOException {
        String page = TrainingReport
                .of(List.of(pendulum("a", 1, -150), pendulum("b", 2, -170), pendulum("c", 3, -190)));
        // Three seeds: nothing is trimmed, and the interval reaches from the lowest to the highest score.
        String low = "%.1f".formatted(PENDULUM.normalise(-190));
        String middle = "%.1f".formatted(PENDULUM.normalise(-170));
        String high = "%.1f".formatted(PENDULUM.normalise(-150));
        assertThat(page).contains("<td>" + middle + " [" + low + ", " + high + "]</td>")
                .contains("<td>-150.0 [-160.0, -140.0]</td>").contains("config.sac.batch").contains("3 training runs");
        // The score, the return, two metrics of updates; each on light and on dark ground.
        assertThat(page.split("data:image/png;base64,", -1)).hasSize(1 + 8);
    }

    @Test
    void methodsAndTasksAreSummarised() throws IOException {
        List<Path> folders = new ArrayList<>(List.of(pendulum("a", 1, -150), pendulum("b", 2, -170)));
        for (int seed = 1; seed <= 2; seed++) {
            folders.add(run("other" + seed, "", """
                    {"env": "Elsewhere-v9", "algorithm": "sac", "seed": %d, "returns": [1.0], "score": %d}
                    """.formatted(seed, 40 + seed)));
        }
        String page = TrainingReport.of(folders);
        assertThat(page).contains("all 2, pooled").contains("all 2, mean of IQMs").contains("41.5 [41.0, 42.0]")
                .contains("Elsewhere-v9").contains("Interquartile mean over seeds");
    }

    @Test
    void aRunWithoutResultIsShown() throws IOException {
        String page = TrainingReport
                .of(List.of(run("a", "{\"kind\":\"evaluation\",\"step\":12000,\"return\":-9}\n{\"ki", "")));
        assertThat(page).contains("12,000, no result yet").contains("unknown environment")
                .contains("at least two runs").doesNotContain("Settings and versions");
    }

    @Test
    void aCheckpointTellsTheSettings() throws IOException {
        Path folder = run("a", "{\"kind\":\"evaluation\",\"step\":12000,\"return\":-9}\n", "");
        try (TorchScope _ = new TorchScope()) {
            SafetensorsFile.write(folder.resolve("checkpoint.safetensors"),
                    Map.of("x", Tensors.of(new double[]{1}, 1)),
                    Map.of("settings", "{\"env\":\"Pendulum-v1\",\"sac\":{},\"seed\":77}"));
        }
        assertThat(TrainingReport.of(List.of(folder))).contains("<h2>Pendulum-v1</h2>").contains("<td>77</td>")
                .contains("<td class=\"text\">sac</td>").contains("no result yet");
    }

    /** A run that goes on is of the same method as those of other seeds that have ended. */
    @Test
    void aCheckpointTellsTheMethod() throws IOException {
        String settings = "{\"env\":\"Pendulum-v1\",%s,\"sac\":{\"penalty\":0.0},\"horizon\":5,\"seed\":77}";
        for (String name : List.of("\"method\":\"emfuse-precision\"", "\"algorithm\":\"BEHAVIOUR_CLONING\"")) {
            Path going = run("going", "{\"kind\":\"evaluation\",\"step\":12000,\"return\":-9}\n", "");
            try (TorchScope _ = new TorchScope()) {
                SafetensorsFile.write(going.resolve("checkpoint.safetensors"),
                        Map.of("x", Tensors.of(new double[]{1}, 1)), Map.of("settings", settings.formatted(name)));
            }
            String id = name.contains("method") ? "emfuse-precision" : "bc";
            Path ended = run("ended", "{\"kind\":\"evaluation\",\"step\":12000,\"return\":-9}\n",
                    "{\"env\":\"Pendulum-v1\",\"algorithm\":\"%s\",\"seed\":1,\"returns\":[-9.5],\"run\":{\"configuration\":%s}}"
                            .formatted(id, settings.formatted(name).replace("77", "1")));
            List<RunGroup> groups = RunGroup.of(List.of(RunFolder.read(going), RunFolder.read(ended)));
            assertThat(groups).extracting(RunGroup::name).containsExactly(id);
            assertThat(groups.getFirst().runs()).hasSize(2);
        }
    }

    /** A policy learned in a simulator, as its result tells it. */
    private Path simulated(String name, int seed, double episodeReturn, String models, double penalty, int horizon)
            throws IOException {
        return run(name, "{\"kind\":\"evaluation\",\"step\":1000,\"return\":" + episodeReturn + "}\n", """
                {"env": "Pendulum-v1", "algorithm": "emfuse", "seed": %1$d, "returns": [%2$s, %2$s],
                 "run": {"configuration": {"env": "Pendulum-v1", "models": [%3$s], "data": "d%3$s", "horizon": %5$d,
                                           "penalty": %4$s, "seed": %1$d}}}
                """.formatted(seed, episodeReturn, models, penalty, horizon));
    }

    private static List<String> grouped(List<Path> folders) {
        return RunGroup.of(folders.stream().map(RunFolder::read).toList()).stream()
                .map(group -> group.name() + ": "
                        + String.join(" ", group.runs().stream().map(RunFolder::name).toList()))
                .toList();
    }

    @Test
    void runsOfOtherSettingsAreNoSeedsOfOneMethod() throws IOException {
        Path single = simulated("single", 1, -800, "1", 0, 5);
        Path fused = simulated("fused", 2, -200, "1,2", 0, 5);
        assertThat(grouped(List.of(single, fused))).containsExactly("emfuse (models 1): single",
                "emfuse (models 2): fused");
        String page = TrainingReport.of(List.of(single, fused));
        assertThat(page).contains("at least two runs").contains("<td class=\"text\">emfuse (models 2)</td>")
                .doesNotContain("Scores over seeds");
        assertThat(grouped(List.of(single, fused, simulated("single-2", 2, -810, "1", 0, 5),
                simulated("long", 1, -100, "1,2", 0, 150)))).containsExactly(
                        "emfuse (horizon 5, models 1): single single-2",
                        "emfuse (horizon 5, models 2): fused", "emfuse (horizon 150, models 2): long");
    }

    /** A table's every seed has data and models of its own, and a price of uncertainty that follows from them. */
    @Test
    void seedsMayHaveModelsOfTheirOwn() throws IOException {
        Path one = simulated("one", 1, -800, "1,2", 3.5, 5);
        Path two = simulated("two", 2, -700, "3,4", 4.5, 5);
        assertThat(grouped(List.of(one, two))).containsExactly("emfuse: one two");
        assertThat(TrainingReport.of(List.of(one, two))).contains("Scores over seeds", "<td>2</td>");
        // The same seed in other models is no other seed.
        assertThat(grouped(List.of(one, simulated("other", 1, -300, "3,4", 3.5, 5)))).containsExactly(
                "emfuse (one): one", "emfuse (other): other");
        assertThat(grouped(List.of(one, simulated("priced", 1, -300, "1,2", 35, 5),
                simulated("one-2", 2, -790, "1,2", 3.5, 5)))).containsExactly("emfuse (one and 1 more): one one-2",
                        "emfuse (priced): priced");
        assertThat(grouped(List.of(one, simulated("x/one", 1, -300, "3,4", 3.5, 5)))).containsExactly(
                "emfuse (1): one", "emfuse (2): one");
    }

    /** Runs of earlier versions do not tell their settings. */
    @Test
    void runsWithoutSettingsAreStillSummarised() throws IOException {
        assertThat(grouped(List.of(pendulum("a", 1, -150), pendulum("b", 2, -170)))).containsExactly("sac: a b");
        assertThat(grouped(List.of(pendulum("a", 1, -150), simulated("one", 1, -800, "1", 0, 5))))
                .containsExactly("sac: a", "emfuse: one");
    }

    /** What is made in one go logs nothing. */
    @Test
    void aResultAloneIsShown() throws IOException {
        Path folder = pendulum("a", 1, -150);
        Files.delete(folder.resolve("metrics.jsonl"));
        assertThat(TrainingReport.of(List.of(folder))).contains("<td>-150.0 [-160.0, -140.0]</td>")
                .contains("config.sac.batch").doesNotContain("data:image/png");
        assertThat(TrainingReport.curves(List.of(folder))).isEmpty();
    }

    @Test
    void textsAreEscapedAndNothingIsFetched() throws IOException {
        String evil = "<script>alert('x')</script>";
        String page = TrainingReport.of(List.of(run("a\"><i>", "", """
                {"env": "%1$s", "algorithm": "%1$s", "seed": "%1$s", "returns": [], "%1$s": "%1$s", "s": ["%1$s"]}
                """.formatted(evil))));
        assertThat(page).doesNotContain("<script").doesNotContain("<i>").contains("&lt;script&gt;");
        assertThat(page).doesNotContainPattern("(src|href|srcset)=\"(?!data:)").doesNotContain("url(")
                .doesNotContain("@import");
    }

    @Test
    void writesTheSameBytesAgain() throws IOException {
        Path folder = pendulum("a", 1, -150);
        Path page = scratch.resolve("report.html");
        TrainingReport.write(page, List.of(folder));
        byte[] first = Files.readAllBytes(page);
        TrainingReport.write(page, List.of(folder));
        assertThat(Files.readAllBytes(page)).isEqualTo(first);
        assertThat(scratch.toFile().list()).containsExactlyInAnyOrder("a", "report.html");
        assertThatIllegalArgumentException().isThrownBy(() -> TrainingReport.write(folder, List.of(folder)))
                .withMessageContaining("would replace a folder");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "{\"kind\":\"update\",\"step\":1; is not JSON",
        "hello; is not JSON",
        "[1]; lacks a text",
        "{\"step\":1}; lacks a text",
        "{\"kind\":\"update\",\"step\":1.5}; lacks a text",
        "{\"kind\":\"update\",\"step\":-1}; lacks a text",
        "{\"kind\":\"update\",\"step\":1,\"loss\":\"3\"}; which is not a number",
        "{\"kind\":\"update\",\"step\":1,\"loss\":1e999}; which is not a number",
        "{\"kind\":\"update\",\"step\":1,\"loss\":null}; which is not a number"})
    void brokenMetricsAreRefusedByLine(String line, String message) throws IOException {
        Path folder = run("a", "{\"kind\":\"update\",\"step\":1,\"loss\":2}\n" + line + "\n", "");
        assertThatIllegalArgumentException().isThrownBy(() -> TrainingReport.of(List.of(folder)))
                .withMessageContaining(folder.resolve("metrics.jsonl") + ", line 2 ").withMessageContaining(message);
    }

    @Test
    void brokenFoldersAreRefused() throws IOException {
        assertThatIllegalArgumentException().isThrownBy(() -> TrainingReport.of(List.of()))
                .withMessageContaining("at least one training run");
        Path missing = scratch.resolve("missing");
        assertThatIllegalArgumentException().isThrownBy(() -> TrainingReport.of(List.of(missing)))
                .withMessageContaining(missing + " holds neither metrics.jsonl nor result.json");
        Path notJson = run("b", "", "{");
        assertThatIllegalArgumentException().isThrownBy(() -> TrainingReport.of(List.of(notJson)))
                .withMessageContaining("result.json is not JSON");
        Path list = run("c", "", "[]");
        assertThatIllegalArgumentException().isThrownBy(() -> TrainingReport.of(List.of(list)))
                .withMessageContaining("is not an object");
        Path text = run("d", "", "{\"returns\": [1, \"x\"]}");
        assertThatIllegalArgumentException().isThrownBy(() -> TrainingReport.of(List.of(text)))
                .withMessageContaining("found \"x\" at index 1");
    }
}
