package org.emfuse.rl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyModelFile;
import org.emfuse.rl.experiment.Budget;
import org.emfuse.rl.experiment.Comparison;
import org.emfuse.rl.experiment.Experiment;
import org.emfuse.rl.experiment.ExperimentFolder;
import org.emfuse.rl.experiment.ScoreTable;
import org.emfuse.rl.experiment.Separation;
import org.emfuse.rl.torch.DType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of an experiment that is whole, of what is left of it when files are missing, and of damaged ones. */
class ExperimentReportTest {

    private static final Budget TINY = new Budget("tiny <b>", 1_000, 2, 16, 1, 16, 2, 5, 10, 5, DType.FLOAT32,
            PredictionRule.Next.RANDOM_SLICE, 10, 3,
            10, 20, 32,
            32, 0.1, 0, 2, 2);
    private static final List<String> METHODS = List.of("emfuse", "oracle", "soup", "fused-policy", "bc");
    private static final String PLACE = "Pendulum-v1/seed-7/";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path whole;

    @SuppressWarnings("NullAway.Init")
    private static ExperimentReport report;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path scratch;

    private static Experiment experiment(Path folder) {
        return new Experiment(folder, TINY, List.of("Pendulum-v1"), List.of(7L), METHODS);
    }

    private static void run(Experiment experiment) {
        assertThat(experiment.run(2, () -> false, new Experiment.Listener() {
            @Override
            public void progressed(String cell, long done, long size, int allDone, int all) {}

            @Override
            public void ended(String cell, double seconds, int allDone, int all) {}
        })).isTrue();
    }

    @BeforeAll
    static void runs() {
        run(experiment(whole));
        report = ExperimentReport.of(whole);
    }

    /** A copy without some of its parts. */
    private Path without(String... parts) {
        Path copy = scratch.resolve("copy");
        try (Stream<Path> files = Files.walk(whole)) {
            for (Path file : files.toList()) {
                String name = whole.relativize(file).toString();
                if (Stream.of(parts).noneMatch(part -> name.startsWith(PLACE + part))) {
                    Files.copy(file, copy.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    private static String html(Path folder) {
        return text(ExperimentReport.of(folder));
    }

    /** The page without the pictures' bytes, which may spell any word. */
    private static String text(ExperimentReport report) {
        return report.html().replaceAll("base64,[^\"]*", "");
    }

    @Test
    void aWholeExperimentIsShown() throws IOException {
        String html = text(report);
        assertThat(report.problems()).isEmpty();
        assertThat(report.draw(scratch)).extracting(file -> String.valueOf(file.getFileName())).containsExactly(
                "scores.png", "curves.png", "models.png", "fan-hanging.png", "fan-upright.png", "fan-swing-up.png",
                "landscape-hanging.png", "landscape-upright.png", "landscape-swing-up.png", "uncertainty.png",
                "uncertainty-error.png", "uncertainty-error-precision.png", "coverage.png")
                .allSatisfy(name -> assertThat(scratch.resolve(name)).isNotEmptyFile());
        assertThat(html.split("<img", -1)).hasSize(14);
        for (ScoreTable.Row row : ScoreTable.of(experiment(whole)).rows()) {
            assertThat(html).contains(String.format(Locale.ROOT, "<td>%.1f [%.1f, %.1f]</td>", row.score(), row.low(),
                    row.high()));
        }
        List<Comparison> comparisons = ScoreTable.of(experiment(whole)).comparisons();
        assertThat(comparisons).hasSize(4)
                .allSatisfy(each -> assertThat(html).containsPattern(String.format(Locale.ROOT,
                        "<td class=\"text\">emfuse</td><td class=\"text\">%s</td><td>%.1f \\[%.1f, %.1f\\]</td>\\s*"
                                + "<td>%.2f \\[%.2f, %.2f\\]</td><td>1</td><td class=\"text\">%s</td>",
                        each.other(), each.difference().value() + 0.0, each.difference().low() + 0.0,
                        each.difference().high() + 0.0, each.probability().value(), each.probability().low(),
                        each.probability().high(), each.separated() ? "yes" : "no")));
        assertThat(html).contains("<li>Pendulum-v1: " + Separation.of(comparisons).getFirst().text() + ".</li>");
        assertThat(html).contains("tiny &lt;b&gt;").doesNotContain("tiny <b>")
                .contains("<td>policy updates</td><td>20</td>")
                .doesNotContain("NaN").doesNotContain("Infinity");
        try (EnergyModel model = EnergyModelFile.read(whole.resolve(PLACE + "models/hanging/model.safetensors"))) {
            long one = model.parameters().flat().size(0);
            assertThat(html).contains("<td class=\"text\">emfuse</td><td>" + String.format(Locale.ROOT, "%,d", 3 * one))
                    .contains("<td class=\"text\">oracle</td><td>" + String.format(Locale.ROOT, "%,d", one));
        }
        // Three models' updates, the policy's, and the steps of two refreshes of 10 trajectories of 3.
        assertThat(html)
                .containsPattern("<td class=\"text\">emfuse</td><td>[0-9,]+</td><td>[0-9.]+ MB</td><td>30</td>\\s*"
                        + "<td>\\d+</td><td>20</td><td>\\d+</td><td>60</td><td>[0-9,]+</td></tr>");
        // A merged model is as large as one, and is trained in three parts.
        assertThat(html).containsPattern("<td class=\"text\">soup</td><td>[0-9,]+</td><td>[0-9.]+ MB</td><td>30</td>");
        assertThat(html)
                .containsPattern("<td class=\"text\">bc</td><td>–</td><td>–</td><td>–</td>\\s*<td>–</td><td>20</td>");
    }

    @Test
    void whatIsNotThereYetIsNotShown() {
        Path copy = without("policies/emfuse", "policies/oracle/result.json", "models/pooled/model.safetensors",
                "policies/bc", "policies/soup", "policies/fused-policy");
        ExperimentReport part = ExperimentReport.of(copy);
        assertThat(part.problems()).isEmpty();
        assertThat(text(part)).contains("No policy is finished yet").doesNotContain("Not shown")
                .doesNotContain("<td class=\"text\">pooled</td>");
        // The oracle's curve is that of a run that has not ended; there is nothing to make bars of.
        assertThat(part.draw(scratch)).extracting(file -> String.valueOf(file.getFileName()))
                .startsWith("curves.png", "models.png").hasSize(12);
        // What is there is as it is in the whole: equal folders give equal numbers.
        List<String> rows = errors(part);
        assertThat(rows).hasSize(15);
        assertThat(errors(report)).containsSubsequence(rows).hasSize(18);
    }

    /** The rows of the table of errors. */
    private static List<String> errors(ExperimentReport report) {
        return Pattern.compile("<tr><td class=\"text\">(hanging|upright|swing-up)</td>.*\n.*</tr>")
                .matcher(text(report)).results().map(MatchResult::group).toList();
    }

    @Test
    void withoutModelsThereAreNoSimulators() throws IOException {
        assertThat(html(without("models/", "policies/"))).contains("Nothing to show yet", "Nothing is finished yet");
        Path empty = Files.createDirectory(scratch.resolve("empty"));
        Files.copy(whole.resolve("budget.json"), empty.resolve("budget.json"));
        assertThatIllegalArgumentException().isThrownBy(() -> ExperimentReport.of(empty))
                .withMessageContaining("no results yet");
        Files.writeString(empty.resolve("budget.json"), "{\"name\": 3");
        Files.createDirectories(empty.resolve("Pendulum-v1/seed-1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ExperimentReport.of(empty))
                .withMessageContaining("budget.json").withMessageContaining("damaged");
        assertThat(ExperimentFolder.is(scratch)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> ExperimentReport.of(scratch))
                .withMessageContaining("no budget.json");
    }

    @Test
    void damagedFilesAreNamedAndTheRestIsShown() throws IOException {
        Path copy = without();
        Files.writeString(copy.resolve(PLACE + "policies/bc/result.json"), "{");
        Files.writeString(copy.resolve(PLACE + "policies/oracle/result.json"), "{\"returns\": []}");
        Files.writeString(copy.resolve(PLACE + "models/upright/metrics.jsonl"), "no metrics\n");
        Path model = copy.resolve(PLACE + "models/hanging/model.safetensors");
        Files.write(model, Arrays.copyOf(Files.readAllBytes(model), 1000));
        ExperimentReport damaged = ExperimentReport.of(copy);
        assertThat(damaged.problems()).hasSize(4)
                .anySatisfy(text -> assertThat(text).contains("bc", "result.json", "not JSON"))
                .anySatisfy(text -> assertThat(text).contains("oracle", "no returns"))
                .anySatisfy(text -> assertThat(text).contains("upright", "line 1"))
                .anySatisfy(text -> assertThat(text).contains("cannot be shown", "hanging", "model.safetensors"));
        assertThat(text(damaged)).contains("Not shown", "no returns", "<td class=\"text\">emfuse</td>",
                "Nothing to show yet");
        assertThat(ScoreTable.of(new Experiment(copy, TINY, List.of("Pendulum-v1"), List.of(7L), List.of("emfuse")))
                .rows()).hasSize(1);
    }

    private static int rows(ExperimentReport of, String env) {
        return text(of).replace("&#x3D;", "=").split(">" + env + "<", -1).length - 1;
    }

    @Test
    void scoresInEachEnvironmentAreShownAndDamagedOnesNamed() throws IOException {
        run(new Experiment(scratch, TINY, List.of("Pendulum-v1-shifted"), List.of(7L), List.of("bc", "fused-policy")));
        String light = "Pendulum-v1-shifted in Pendulum-v1:mass=0.7";
        String standard = "Pendulum-v1-shifted in Pendulum-v1";
        ExperimentReport shifted = ExperimentReport.of(scratch);
        assertThat(shifted.problems()).isEmpty();
        assertThat(rows(shifted, light)).isEqualTo(2);
        Path policies = scratch.resolve("Pendulum-v1-shifted/seed-7/policies");
        Path score = policies.resolve("bc/scores/Pendulum-v1-mass=0.7/result.json");
        Files.writeString(score, "{");
        ExperimentReport damaged = ExperimentReport.of(scratch);
        assertThat(damaged.problems()).singleElement().satisfies(
                text -> assertThat(text).contains(score.toString(), "not JSON"));
        assertThat(rows(damaged, light)).isEqualTo(1);
        assertThat(rows(damaged, standard)).isEqualTo(2);
        Files.delete(score); // missing, and not damaged
        assertThat(ExperimentReport.of(scratch).problems()).isEmpty();
        Files.delete(policies.resolve("fused-policy/result.json"));
        Files.writeString(policies.resolve("fused-policy/scores/Pendulum-v1-mass=0.7/result.json"), "{");
        ExperimentReport both = ExperimentReport.of(scratch);
        assertThat(both.problems()).hasSize(1);
        assertThat(rows(both, light)).isZero();
        assertThat(rows(both, "Pendulum-v1-shifted in Pendulum-v1:mass=1.3")).isEqualTo(2);
    }

    @Test
    void aPageIsWrittenWholeOrNotAtAll() {
        Path copy = without("models/", "policies/");
        ExperimentReport small = ExperimentReport.of(copy);
        Path file = scratch.resolve("report.html");
        small.write(file);
        assertThat(file).hasContent(small.html());
        assertThat(scratch.toFile().list()).containsExactlyInAnyOrder("copy", "report.html");
        assertThatIllegalArgumentException().isThrownBy(() -> small.write(copy)).withMessageContaining("folder");
    }
}
