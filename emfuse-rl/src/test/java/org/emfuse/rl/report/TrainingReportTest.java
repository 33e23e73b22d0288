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
                .withMessageContaining(missing + " holds no metrics.jsonl");
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
