package org.emfuse.rl.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.emfuse.rl.env.Environments;
import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.MethodComparison;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.StratifiedBootstrap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a table says of results as cells leave them, with returns that are given. */
class ScoreTableTest {

    private static final String PENDULUM = "Pendulum-v1";
    private static final String POINT = "PointMass2D-v0";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Experiment experiment(List<String> environments, List<Long> seeds, String... methods) {
        return new Experiment(folder, TinyExperiments.BUDGET, environments, seeds, List.of(methods));
    }

    private void result(String env, long seed, String method, double... returns) {
        Path place = experiment(List.of(env), List.of(seed), method).policy(env, seed, method);
        try {
            Files.writeString(Files.createDirectories(place).resolve("result.json"),
                    "{\"returns\": " + Arrays.toString(returns) + ", \"seconds\": " + 10 * seed + "}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] scores(String env, double... returns) {
        return Arrays.stream(returns).map(Environments.spec(env).reference()::normalise).toArray();
    }

    private static Estimate difference(StratifiedBootstrap bootstrap, double[] x, double[] y) {
        return bootstrap.estimate(ScoreMatrix.ofTask(PENDULUM, x), ScoreMatrix.ofTask(PENDULUM, y),
                MethodComparison.difference(Aggregate.POOLED_IQM));
    }

    @Test
    void methodsAreComparedOverTheSeedsThatBothHave() {
        double[] fused = {-200, -180, -190, -210};
        double[] control = {-400, -410, -380, -390};
        for (int seed = 1; seed <= 4; seed++) {
            result(PENDULUM, seed, "emfuse", fused[seed - 1] - 5, fused[seed - 1] + 5);
            result(PENDULUM, seed + 1, "no-model", control[seed - 1]);
            result(PENDULUM, seed, "bc", fused[seed - 1]);
        }
        List<Comparison> comparisons = ScoreTable
                .of(experiment(List.of(PENDULUM), List.of(1L, 2L, 3L, 4L, 5L), "emfuse", "no-model", "bc"))
                .comparisons();
        assertThat(comparisons).extracting(Comparison::method).containsExactly("emfuse", "emfuse");
        Comparison apart = comparisons.getFirst();
        assertThat(apart.other()).isEqualTo("no-model");
        assertThat(apart.seeds()).containsExactly(2L, 3L, 4L);
        assertThat(apart.difference()).isEqualTo(difference(StratifiedBootstrap.standard(0),
                scores(PENDULUM, -180, -190, -210), scores(PENDULUM, -400, -410, -380)));
        assertThat(apart.probability()).isEqualTo(new Estimate(1, 1, 1));
        assertThat(apart.separated()).isTrue();
        // Equal scores: as often above as below.
        Comparison alike = comparisons.getLast();
        assertThat(alike.seeds()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(alike.difference().value()).isZero();
        assertThat(alike.difference().low()).isNegative();
        assertThat(alike.difference().high()).isPositive();
        assertThat(alike.probability().value()).isEqualTo(0.5);
        assertThat(alike.separated()).isFalse();
    }

    @Test
    void ofOneSeedEpisodesAreCompared() {
        double[] fused = {-300, -150, -250, -200, -180};
        double[] oracle = {-120, -130, -110, -160, -115};
        result(PENDULUM, 3, "emfuse", fused);
        result(PENDULUM, 3, "oracle", oracle);
        Comparison only = ScoreTable.of(experiment(List.of(PENDULUM), List.of(3L), "emfuse", "oracle")).comparisons()
                .getFirst();
        assertThat(only.difference()).isEqualTo(difference(new StratifiedBootstrap(2_000, 0.95, 0),
                scores(PENDULUM, fused), scores(PENDULUM, oracle)));
        assertThat(only.probability().value()).isEqualTo(1 / 25.0); // -150 alone is above one of the five
        assertThat(only.separated()).isTrue();
    }

    @Test
    void onlyFusedMethodsAreComparedAndEachPairOnce() {
        List<String> methods = List.of("expert:hanging", "emfuse", "emfuse-precision", "emfuse-nearest", "soup",
                "fused-policy", "known-reward");
        double level = -500;
        for (String method : methods) {
            result(PENDULUM, 1, method, level, level + 1);
            result(PENDULUM, 2, method, level + 2, level + 3);
            level += 20;
        }
        result(PENDULUM, 3, "iql", -100, -90);
        ScoreTable table = ScoreTable.of(experiment(List.of(PENDULUM), List.of(1L, 2L, 3L), "expert", "emfuse",
                "emfuse-precision", "emfuse-nearest", "soup", "fused-policy", "known-reward", "iql"));
        assertThat(table.rows()).extracting(ScoreTable.Row::method).contains("iql");
        // Three with four others each, three pairs among themselves; iql has no seed in common with them.
        assertThat(table.comparisons()).hasSize(3 * 4 + 3)
                .allSatisfy(each -> assertThat(each.method()).isNotEqualTo(each.other()).startsWith("emfuse"))
                .extracting(Comparison::other).doesNotContain("emfuse", "iql");
        assertThat(Separation.of(table.comparisons())).extracting(Separation::text).containsExactly(
                "emfuse scores higher than expert:hanging; scores lower than emfuse-precision, emfuse-nearest, soup,"
                        + " fused-policy, known-reward",
                "emfuse-precision scores higher than expert:hanging, emfuse; scores lower than emfuse-nearest, soup,"
                        + " fused-policy, known-reward",
                "emfuse-nearest scores higher than expert:hanging, emfuse, emfuse-precision; scores lower than soup,"
                        + " fused-policy, known-reward");
    }

    @Test
    void whatIsNotSeparatedIsSaidForBoth() {
        for (int seed = 1; seed <= 3; seed++) {
            for (String method : List.of("emfuse", "emfuse-precision", "td3bc")) {
                result(PENDULUM, seed, method, -100 * seed);
            }
        }
        ScoreTable table = ScoreTable.of(experiment(List.of(PENDULUM), List.of(1L, 2L, 3L), "emfuse",
                "emfuse-precision", "td3bc"));
        assertThat(Separation.of(table.comparisons())).containsExactly(
                new Separation(PENDULUM, "emfuse", List.of(), List.of(), List.of("emfuse-precision", "td3bc")),
                new Separation(PENDULUM, "emfuse-precision", List.of(), List.of(), List.of("td3bc", "emfuse")));
        assertThat(Separation.of(table.comparisons()).getFirst().text())
                .isEqualTo("emfuse is not separated from emfuse-precision, td3bc");
    }

    @Test
    void methodsOfAllEnvironmentsWithTheSameSeedsArePooled() {
        double[] pendulum = {-900, -300, -200, -250, -150};
        double[] point = {-110, -100, -300, -90, -120};
        for (int seed = 1; seed <= 5; seed++) {
            result(PENDULUM, seed, "emfuse", pendulum[seed - 1]);
            result(POINT, seed, "emfuse", point[seed - 1]);
            result(PENDULUM, seed, "bc", pendulum[seed - 1]);
            result(PENDULUM, seed, "expert:hanging", pendulum[seed - 1]);
            result(POINT, seed, "expert:left", point[seed - 1]);
        }
        result(POINT, 1, "bc", -10);
        List<Long> seeds = List.of(1L, 2L, 3L, 4L, 5L);
        List<OverallScore> overall = ScoreTable
                .of(experiment(List.of(PENDULUM, POINT), seeds, "expert", "emfuse", "bc")).overall();
        assertThat(overall).extracting(OverallScore::method).containsExactly("emfuse");
        OverallScore score = overall.getFirst();
        assertThat(score.environments()).containsExactly(PENDULUM, POINT);
        assertThat(score.seeds()).isEqualTo(seeds);
        double[] a = scores(PENDULUM, -300, -250, -200); // -900 and -150 are dropped
        double[] b = scores(POINT, -120, -110, -100);
        assertThat(score.mean().value()).isCloseTo((mean(a) + mean(b)) / 2, within(1e-9));
        double[] all = new double[10];
        System.arraycopy(scores(PENDULUM, pendulum), 0, all, 0, 5);
        System.arraycopy(scores(POINT, point), 0, all, 5, 5);
        Arrays.sort(all);
        assertThat(score.pooled().value()).isCloseTo(mean(Arrays.copyOfRange(all, 2, 8)), within(1e-9));
        // The two environments differ in level, and so do the two numbers.
        assertThat(score.pooled().value()).isNotCloseTo(score.mean().value(), within(1.0));
        assertThat(score.pooled().low()).isLessThan(score.pooled().value());
        assertThat(score.pooled().high()).isGreaterThan(score.pooled().value());
        assertThat(ScoreTable.of(experiment(List.of(PENDULUM), seeds, "emfuse")).overall()).isEmpty();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    @Test
    void resultsThatDoNotCountAreNotEvenMissing() {
        result(PENDULUM, 1, "bc", -100);
        result(PENDULUM, 2, "bc", -300);
        ScoreTable.Row row = ScoreTable.scores(experiment(List.of(PENDULUM), List.of(1L, 2L, 3L), "bc"),
                each -> !each.toString().contains("seed-2")).rows().getFirst();
        assertThat(row.seeds()).containsExactly(1L);
        assertThat(row.missing()).containsExactly(3L);
    }

    @Test
    void theLongestCellIsNamed() throws IOException {
        Experiment experiment = experiment(List.of(PENDULUM), List.of(1L, 2L), "oracle", "bc");
        assertThat(CellTime.longest(experiment)).isEmpty();
        result(PENDULUM, 1, "bc", -100);
        result(PENDULUM, 2, "oracle", -100);
        result(PENDULUM, 3, "bc", -100); // not of this table
        assertThat(CellTime.longest(experiment)).contains(new CellTime("Pendulum-v1 seed 2 policy oracle", 20));
        Path model = Files.createDirectories(experiment.model(PENDULUM, 1, "pooled"));
        Files.writeString(model.resolve("result.json"), "{\"seconds\": 21.5}");
        assertThat(CellTime.longest(experiment)).contains(new CellTime("Pendulum-v1 seed 1 model pooled", 21.5));
    }
}
