package org.emfuse.rl.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyModelFile;
import org.emfuse.rl.gaussian.GaussianKind;
import org.emfuse.rl.gaussian.GaussianModel;
import org.emfuse.rl.gaussian.GaussianModelFile;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every method of the table, run once with a tiny budget: what its cells and models are, and that it may be stopped anywhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TableMethodsTest {

    private static final String ENV = TinyTable.ENV;
    private static final List<String> ALL = TinyTable.METHODS;

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final TinyExperiments.Ended ended = new TinyExperiments.Ended();

    private Experiment experiment(String name) {
        return TinyTable.in(folder.resolve(name));
    }

    @BeforeAll
    void runAll(@TempDir Path place) {
        folder = place;
        assertThat(experiment("whole").run(2, () -> false, ended)).isTrue();
    }

    private Path model(String name) {
        return experiment("whole").model(ENV, 7, name).resolve("model.safetensors");
    }

    private static float[] weights(Path file) {
        try (EnergyModel model = EnergyModelFile.read(file); TorchScope _ = new TorchScope()) {
            return model.parameters().flat().toFloats();
        }
    }

    @Test
    void everyMethodGivesAScore() {
        assertThat(ALL).contains("soup", "regmean", "etm-ensembles", "gaussian", "anystep", "untrained", "known-reward",
                "fused-policy", "no-model", "td3bc", "iql", "bc");
        // Data; own, common, untrained and plain models of each domain; pooled, merged and Gaussian ones; clones; policies.
        assertThat(ended.names()).doesNotHaveDuplicates().hasSize(3 + 3 * (1 + 1 + 1 + 2) + 5 + 3 + ALL.size());
        ScoreTable table = ScoreTable.of(experiment("whole"));
        assertThat(table.rows()).extracting(ScoreTable.Row::method).containsExactlyElementsOf(ALL);
        assertThat(table.rows()).allSatisfy(row -> {
            assertThat(row.missing()).isEmpty();
            assertThat(row.score()).isFinite();
            assertThat(row.returns().getFirst()).isBetween(-3000.0, 0.0);
        });
    }

    @Test
    void gatesAreTheErrorsOfTheModels() {
        ScoreTable table = ScoreTable.of(experiment("whole"));
        assertThat(table.gates()).extracting(Gate::model).containsExactlyInAnyOrder("hanging", "upright", "swing-up",
                "pooled", "common-hanging", "common-upright", "common-swing-up", "soup", "regmean", "etm-1-hanging",
                "etm-1-upright", "etm-1-swing-up", "etm-2-hanging", "etm-2-upright", "etm-2-swing-up", "gaussian",
                "anystep", "untrained-hanging", "untrained-upright", "untrained-swing-up");
        assertThat(table.gates()).allSatisfy(gate -> {
            CellResult result = CellResult.read(experiment("whole").model(ENV, 7, gate.model()));
            assertThat(gate.worstState()).isEqualTo(result.error("worst_state")).isPositive();
            assertThat(gate.reward()).isEqualTo(result.error("reward")).isPositive();
            assertThat(gate.met()).isFalse(); // of ten updates nothing comes
        });
        assertThat(Gate.of(ENV, "m", List.of(1L), 0.15, 0.10).met()).isTrue();
        assertThat(Gate.of(ENV, "m", List.of(1L), 0.1501, 0.10).met()).isFalse();
        assertThat(Gate.of(ENV, "m", List.of(1L), 0.15, 0.1001).met()).isFalse();
        assertThat(Gate.of(ENV, "m", List.of(1L), Double.NaN, 0.1).met()).isFalse();
    }

    /** Results as cells leave them, of seeds 1 and 3 of three. */
    @Test
    void theWorstOfSeveralSeedsCounts() throws IOException {
        Experiment some = new Experiment(folder.resolve("seeds"), TinyExperiments.BUDGET, List.of(ENV),
                List.of(1L, 2L, 3L), List.of("oracle"));
        for (long seed : List.of(1L, 3L)) {
            Path place = Files.createDirectories(some.model(ENV, seed, "pooled"));
            Files.writeString(place.resolve("result.json"), seed == 1
                    ? "{\"errors\": {\"worst_state\": 0.02, \"reward\": 0.09}}"
                    : "{\"errors\": {\"worst_state\": 0.14, \"reward\": 0.03}}");
        }
        assertThat(ScoreTable.of(some).gates())
                .containsExactly(new Gate(ENV, "pooled", List.of(1L, 3L), 0.14, 0.09, true));
        Files.writeString(some.model(ENV, 3, "pooled").resolve("result.json"),
                "{\"errors\": {\"worst_state\": \"NaN\", \"reward\": 0.03}}");
        assertThat(ScoreTable.of(some).gates().getFirst().met()).isFalse();
    }

    @Test
    void theOverlapOfEachPairOfDomainsIsThere() {
        List<ScoreTable.Overlap> overlaps = ScoreTable.of(experiment("whole")).overlaps();
        assertThat(overlaps).hasSize(6).allSatisfy(overlap -> {
            assertThat(overlap.env()).isEqualTo(ENV);
            assertThat(overlap.coverage().value()).isBetween(0.0, 1.0);
        });
        // Balancing does not go where a hanging pendulum is; swinging up begins there.
        assertThat(covered(overlaps, "hanging", "upright")).isLessThan(covered(overlaps, "hanging", "swing-up"));
    }

    private static double covered(List<ScoreTable.Overlap> overlaps, String domain, String by) {
        return overlaps.stream().map(ScoreTable.Overlap::coverage)
                .filter(each -> each.covered().equals(domain) && each.by().equals(by)).findFirst().orElseThrow()
                .value();
    }

    @Test
    void aSoupIsTheAverageOfModelsThatBeganAlike() {
        float[] soup = weights(model("soup"));
        List<float[]> parts = List.of(weights(model("common-hanging")), weights(model("common-upright")),
                weights(model("common-swing-up")));
        for (int i = 0; i < soup.length; i++) {
            assertThat(soup[i]).isCloseTo((parts.get(0)[i] + parts.get(1)[i] + parts.get(2)[i]) / 3, within(1e-6f));
        }
        assertThat(parts.get(0)).isNotEqualTo(parts.get(1));
        assertThat(weights(model("regmean"))).isNotEqualTo(soup);
    }

    @Test
    void modelsToBeMergedHaveScalesInCommon() {
        try (EnergyModel hanging = EnergyModelFile.read(model("common-hanging"));
                EnergyModel upright = EnergyModelFile.read(model("common-upright"));
                EnergyModel own = EnergyModelFile.read(model("hanging"));
                EnergyModel pooled = EnergyModelFile.read(model("pooled"))) {
            assertThat(stateMean(upright).sameAs(stateMean(hanging))).isTrue();
            assertThat(stateMean(own).sameAs(stateMean(hanging))).isFalse();
            assertThat(own.origin()).isEqualTo(hanging.origin()).isEqualTo(pooled.origin());
        }
    }

    private static Tensor stateMean(EnergyModel model) {
        return Objects.requireNonNull(model.normaliser().named("").get("state.mean"));
    }

    @Test
    void untrainedModelsHaveTheirFirstWeightsAndFittedScales() {
        try (EnergyModel untrained = EnergyModelFile.read(model("untrained-hanging"));
                EnergyModel trained = EnergyModelFile.read(model("hanging"))) {
            assertThat(untrained.origin()).isEqualTo(trained.origin());
            assertThat(stateMean(untrained).sameAs(stateMean(trained))).isTrue();
        }
        assertThat(weights(model("untrained-hanging"))).isEqualTo(weights(model("untrained-upright")))
                .isNotEqualTo(weights(model("hanging")));
    }

    @Test
    void membersOfEnsemblesBeginDifferently() {
        try (EnergyModel one = EnergyModelFile.read(model("etm-1-hanging"));
                EnergyModel same = EnergyModelFile.read(model("etm-1-upright"));
                EnergyModel two = EnergyModelFile.read(model("etm-2-hanging"))) {
            assertThat(one.longestSlice()).isEqualTo(1);
            assertThat(one.origin()).isEqualTo(same.origin()).isNotEqualTo(two.origin());
        }
        try (GaussianModel gaussian = GaussianModelFile.read(model("gaussian"), GaussianKind.ENSEMBLE)) {
            assertThat(gaussian.architecture().members()).isEqualTo(7);
            assertThat(gaussian.elites()).hasSize(5);
        }
    }

    @Test
    void simulatorsSayWhatTheyAreMadeOf() {
        assertThat(inputs("etm-ensembles")).isEqualTo(1 + 6);
        assertThat(inputs("known-reward")).isEqualTo(1 + 3);
        assertThat(inputs("soup")).isEqualTo(1 + 1);
        assertThat(inputs("fused-policy")).isEqualTo(3);
    }

    private int inputs(String method) {
        return CellResult.read(experiment("whole").policy(ENV, 7, method)).content().at("/run/inputs").size();
    }

    /** In the middle of models of each kind, of policies in each kind of simulator, and of a policy that will be fused. */
    @Test
    void stoppedAnywhereItEndsTheSame() throws IOException {
        Experiment stopped = experiment("stopped");
        // In the order of the cells: each stop finds those before it done.
        for (String place : List.of("model upright", "model common-upright", "model etm-2-hanging", "model gaussian",
                "model anystep", "policy emfuse", "policy etm-ensembles", "policy gaussian", "clone upright",
                "policy known-reward", "policy td3bc")) {
            AtomicBoolean stop = new AtomicBoolean();
            TinyExperiments.Ended inTheMiddle = new TinyExperiments.Ended() {
                @Override
                public void progressed(String cell, long done, long size, int allDone, int all) {
                    if (cell.endsWith(place) && done > 0 && done < size) {
                        stop.set(true);
                    }
                }
            };
            assertThat(stopped.run(1, stop::get, inTheMiddle)).as(place).isFalse();
            assertThat(stop).as(place).isTrue();
        }
        assertEndsTheSame("stopped");
    }

    /** In processes of their own, by the signal that cannot be heard: what was done stays, the cell begins anew. */
    @Test
    @Timeout(300)
    void killedInCellsItEndsTheSame() throws Exception {
        for (String place : List.of("model upright", "model regmean", "model anystep", "policy emfuse-precision",
                "clone swing-up", "policy untrained")) {
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
                    "-cp", System.getProperty("java.class.path"), TinyTable.class.getName(),
                    folder.resolve("killed").toString(), place).redirectErrorStream(true).start();
            List<String> heard = new ArrayList<>();
            try (BufferedReader lines = process.inputReader()) {
                String line;
                do {
                    line = lines.readLine();
                    heard.add(String.valueOf(line));
                } while (line != null && !line.endsWith(place));
            } finally {
                process.destroyForcibly().waitFor();
            }
            assertThat(process.exitValue()).as(place + " of " + heard).isEqualTo(137);
        }
        assertEndsTheSame("killed");
    }

    /** Goes on to the end, and finds the files of the run that was left alone. */
    private void assertEndsTheSame(String name) throws IOException {
        assertThat(experiment(name).run(2, () -> false, new TinyExperiments.Ended())).isTrue();
        Path whole = folder.resolve("whole");
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(whole)) {
            all.filter(file -> List.of("model.safetensors", "policy.safetensors", "metrics.jsonl")
                    .contains(String.valueOf(file.getFileName()))).forEach(files::add);
        }
        assertThat(files).hasSizeGreaterThan(2 * ALL.size());
        for (Path file : files) {
            assertThat(folder.resolve(name).resolve(whole.relativize(file))).hasSameBinaryContentAs(file);
        }
        assertThat(ScoreTable.of(experiment(name))).isEqualTo(ScoreTable.of(experiment("whole")));
    }

    @Test
    void theOtherEnvironmentHasTheSameMethods() {
        List<String> some = List.of("known-reward", "fused-policy", "untrained");
        Experiment other = new Experiment(folder.resolve("other"), TinyExperiments.BUDGET, List.of("PointMass2D-v0"),
                List.of(7L), some);
        assertThat(other.run(2, () -> false, new TinyExperiments.Ended())).isTrue();
        assertThat(ScoreTable.of(other).rows()).hasSize(3).allSatisfy(row -> assertThat(row.score()).isFinite());
        assertThat(Method.all(Task.of("PointMass2D-v0"), TinyExperiments.BUDGET)).hasSameSizeAs(ALL);
    }

    @Test
    void ensemblesOfOtherSizesAreOnlyRunWhereTheyAreAskedFor() {
        List<Method> known = Method.known(Task.of(ENV), TinyExperiments.BUDGET);
        assertThat(known.subList(0, ALL.size())).extracting(Method::id).containsExactlyElementsOf(ALL);
        assertThat(known.subList(ALL.size(), known.size())).extracting(Method::id,
                method -> ((Source.Ensemble) method.source()).members().size(),
                method -> method.source().models().stream().map(Model::name).distinct().count())
                .containsExactly(tuple("etm-ensembles:5", 5, 15L), tuple("etm-ensembles:7", 7, 21L));
        Experiment some = new Experiment(folder.resolve("some"), TinyExperiments.BUDGET, List.of(ENV), List.of(1L),
                List.of("etm-ensembles:5"));
        assertThat(some.selected(ENV)).extracting(Method::id).containsExactly("etm-ensembles:5");
        assertThat(some.policy(ENV, 1, "etm-ensembles:5").endsWith("etm-ensembles-5")).isTrue();
    }

    @Test
    void aResultWithoutErrorsIsNamed() throws IOException {
        Path result = Files.createDirectories(folder.resolve("damaged")).resolve("result.json");
        Files.writeString(result, "{\"errors\": {\"reward\": 0.1}}");
        CellResult read = CellResult.read(result.resolveSibling("."));
        assertThat(read.error("reward")).isEqualTo(0.1);
        assertThatThrownBy(() -> read.error("worst_state")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("result.json").hasMessageContaining("worst_state");
        assertThatThrownBy(read::returns).hasMessageContaining("has no returns");
        assertThat(SafetensorsFile.open(model("soup")).metadata()).containsEntry("algorithm", "soup");
    }
}
