package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.experiment.Budget;
import org.emfuse.rl.experiment.Experiment;
import org.emfuse.rl.torch.DType;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The dynamics branch as a user meets it. */
class RlCommandsTest extends RlCommandLine {

    private String collected(String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("collect", "--env", "Pendulum-v1", "--transitions", "800",
                "--policy", "pendulum-swingup:noise=0.3", "--output", path(name)));
        arguments.addAll(Arrays.asList(more));
        json(arguments.toArray(String[]::new));
        return path(name);
    }

    private String[] training(String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--env", "Pendulum-v1", "--hidden", "16,16",
                "--batch", "32", "--evaluation-episodes", "1", "--final-episodes", "3", "--threads", "1"));
        arguments.addAll(Arrays.asList(more));
        if (!arguments.contains("--data")) {
            arguments.addAll(List.of("--random-steps", "50"));
        }
        return arguments.toArray(String[]::new);
    }

    @Test
    void environmentsAreListedAndDescribed() {
        assertThat(run("envs").out()).contains("Pendulum-v1", "CartPoleSwingUp-v0", "PointMass2D-v0", "Reacher2D-v0",
                "cartpole-swingup");
        JsonNode pendulum = json("envs", "Pendulum-v1:mass=1.5");
        assertThat(pendulum.at("/id").asString()).isEqualTo("Pendulum-v1:mass=1.5");
        assertThat(pendulum.at("/parameters/mass").asDouble()).isEqualTo(1.5);
        assertThat(pendulum.at("/actions/0/unit").asString()).isEqualTo("N·m");
        assertThat(run("envs", "CartPoleSwingUp-v0").out()).contains("pole angular velocity", "rad/s", "actionDelay");
    }

    @Test
    void dataGoFromCollectionToDomainsAndPictures() {
        String file = collected("swingup.hdf5");
        JsonNode inspection = json("inspect", file, "--pictures", path("pictures"));
        assertThat(inspection.at("/inspection/dataSets/0/transitions").asInt()).isEqualTo(800);
        assertThat(inspection.at("/inspection/dataSets/0/observation/2/name").asString())
                .isEqualTo("angular velocity");
        assertThat(folder.resolve("pictures/1-return.png")).isNotEmptyFile();
        assertThat(inspection.at("/content_sha256").properties().iterator().next().getValue().asString())
                .isEqualTo(D4rlFile.read(Path.of(file)).transitions().contentHash());

        JsonNode split = json("split", file, "--domains", "2", "--output", path("domains"));
        assertThat(split.at("/split/domains")).hasSize(2);
        Transitions first = D4rlFile.read(folder.resolve("domains/domain-1.hdf5")).transitions();
        Transitions second = D4rlFile.read(folder.resolve("domains/domain-2.hdf5")).transitions();
        assertThat(first.size() + second.size()).isEqualTo(800);
        assertThat(folder.resolve("domains/split.json")).isNotEmptyFile();

        Terminal.Outcome shown = run("inspect", path("domains/domain-1.hdf5"), path("domains/domain-2.hdf5"));
        assertThat(shown.out()).contains("angular velocity", "Coverage", "domain-2.hdf5");
    }

    @Test
    void aPolicyIsLearnedEvaluatedUsedAndReported() throws IOException {
        JsonNode trained = json(training("--steps", "150", "--output", path("run")));
        assertThat(trained.at("/episodes").asInt()).isEqualTo(3);
        JsonNode result = Json.LINES.readTree(Files.readString(folder.resolve("run/result.json")));
        assertThat(result.at("/mean").asDouble()).isEqualTo(trained.at("/mean").asDouble());
        assertThat(result.at("/returns")).hasSize(3);

        JsonNode evaluated = json("evaluate", "--env", "Pendulum-v1", "--policy", path("run/policy.safetensors"),
                "--policy", "pendulum-swingup", "--episodes", "3");
        assertThat(evaluated.at("/results/0/mean").asDouble()).isEqualTo(result.at("/mean").asDouble());
        assertThat(evaluated.at("/results/1/score").asDouble()).isGreaterThan(50);

        collected("mixed.hdf5", "--policy", path("run/policy.safetensors") + "@2");
        assertThat(D4rlFile.read(folder.resolve("mixed.hdf5")).metadata().get("policies")).contains(
                "policy.safetensors",
                "pendulum-swingup:noise=0.3");

        run("report", path("run"), "--html", path("report.html"), "--pictures", path("curves"));
        assertThat(Files.readString(folder.resolve("report.html"))).contains("Pendulum-v1", "data:image/png");
        assertThat(folder.resolve("curves/Pendulum-v1.png")).isNotEmptyFile();
    }

    @Test
    void anExperimentIsReportedAsFarAsItIs() throws IOException {
        Budget tiny = new Budget("tiny", 400, 2, 16, 1, 16, 2, 5, 10, 5, DType.FLOAT32,
                PredictionRule.Next.RANDOM_SLICE, 10, 3, 10, 20, 32, 32, 0.1, 0,
                2, 2);
        Experiment experiment = new Experiment(folder.resolve("table"), tiny, List.of("Pendulum-v1"), List.of(1L, 2L),
                List.of("bc"));
        assertThat(experiment.run(1, () -> false, new Experiment.Listener() {
            @Override
            public void progressed(String cell, long done, long size, int allDone, int all) {}

            @Override
            public void ended(String cell, double seconds, int allDone, int all) {}
        })).isTrue();
        Path damaged = folder.resolve("table/Pendulum-v1/seed-2/policies/bc/result.json");
        Files.writeString(damaged, "[");

        Terminal.Outcome outcome = run("report", path("table"), "--html", path("report.html"), "--pictures",
                path("pictures"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains(path("report.html"), "scores.png", "curves.png");
        assertThat(outcome.err()).contains("left out", damaged.toString());
        assertThat(folder.resolve("pictures/scores.png")).isNotEmptyFile();
        assertThat(Files.readString(folder.resolve("report.html"))).contains("behaviour cloning", "Not shown",
                "Nothing to show yet");
        assertMistake(new String[]{"report", path("table"), path("table"), "--html", path("r.html")}, "alone",
                "found 2");
    }

    @Test
    void storedDataAreLearnedFromWithAndWithoutAnEnvironment() {
        String file = collected("data.hdf5");
        for (String algorithm : List.of("bc", "td3bc", "iql", "sac", "sac-simulators")) {
            JsonNode learned = json(training("--data", file, "--algorithm", algorithm, "--steps", "20", "--output",
                    path(algorithm)));
            assertThat(learned.has("score")).as(algorithm).isTrue();
            assertThat(folder.resolve(algorithm).resolve("policy.safetensors")).isNotEmptyFile();
        }
        JsonNode blind = json("train", "--data", file, "--algorithm", "bc", "--steps", "20", "--hidden", "8",
                "--output",
                path("blind"));
        assertThat(blind.has("score")).isFalse();
        assertThat(folder.resolve("blind/policy.safetensors")).isNotEmptyFile();
    }

    private String[] model(String kind, String data, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--model", kind, "--data", data, "--env",
                "Pendulum-v1", "--head", "8x1", "--batch", "16", "--threads", "1"));
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray(String[]::new);
    }

    @Test
    void simulatorsAreMadeInManyWays() throws IOException {
        String file = collected("data.hdf5");
        for (String name : List.of("a", "b")) {
            json(model("adetm", file, "--steps", "3", "--output", path(name), "--negatives", "2", "--chain-steps", "3",
                    "--seed", name.equals("a") ? "1" : "2"));
        }
        String[] fuse = {"fuse", "--model", path("a"), "--model", path("b"), "--data", file, "--segments", "20",
            "--prediction-steps", "4", "--precision", "float32"};
        JsonNode plain = json(fuse).at("/results");
        List<JsonNode> seen = new ArrayList<>(List.of(plain));
        for (String[] other : new String[][]{{"--weights", "precision"}, {"--weights", "nearest"}, {"--calibrate"},
            {"--next", "one-step"}, {"--next", "mean"}, {"--next", "noisy"}, {"--uncertainty", "sum"},
            {"--uncertainty", "max"}, {"--spread", "2"}, {"--chain", "langevin"}, {"--chain", "official"},
            {"--spread", "2", "--divergence", "msd"}}) {
            String[] all = Stream.concat(Arrays.stream(fuse), Arrays.stream(other)).toArray(String[]::new);
            JsonNode results = json(all).at("/results");
            assertThat(seen).as(String.join(" ", other)).doesNotContain(results);
            seen.add(results);
        }
        assertThat(json(fuse).at("/results")).isEqualTo(plain);
        for (String option : List.of("--weights", "--next", "--uncertainty", "--divergence", "--chain")) {
            assertMistake(Stream.concat(Arrays.stream(fuse), Stream.of(option, "none")).toArray(String[]::new),
                    "'none'");
        }
        assertMistake(new String[]{"fuse", "--model", path("a"), "--data", file, "--precision", "none"}, "'none'");
        String[] policy = {"policy", "--model", path("a"), "--model", path("b"), "--data", file, "--updates", "3",
            "--rollouts", "5", "--horizon", "2", "--prediction-steps", "3", "--output", path("run")};
        json(policy);
        assertThat(method("run")).isEqualTo("emfuse");
        policy[policy.length - 1] = path("precision");
        json(Stream.concat(Arrays.stream(policy), Stream.of("--weights", "precision", "--calibrate"))
                .toArray(String[]::new));
        assertThat(method("precision")).isEqualTo("emfuse-calibrated-precision");
        policy[policy.length - 1] = path("run");
        assertMistake(Stream.concat(Arrays.stream(policy), Stream.of("--weights", "nearest", "--resume"))
                .toArray(String[]::new), "other settings", "NEAREST");
        policy[policy.length - 1] = path("target");
        json(Stream.concat(Arrays.stream(policy), Stream.of("--penalty", "0.5", "--penalty-form", "target"))
                .toArray(String[]::new));
        JsonNode settings = Json.LINES.readTree(Files.readString(folder.resolve("target").resolve("result.json")))
                .at("/run/configuration");
        assertThat(settings.at("/penalty").asDouble()).isZero();
        assertThat(settings.at("/sac/penalty").asDouble()).isPositive();
        assertMistake(Stream.concat(Arrays.stream(policy), Stream.of("--penalty-form", "none")).toArray(String[]::new),
                "'none'");
    }

    private String method(String run) throws IOException {
        return Json.LINES.readTree(Files.readString(folder.resolve(run).resolve("result.json"))).at("/algorithm")
                .asString();
    }

    @Test
    void fuseTellsWhichLogsAModelWasTrainedOn() {
        // Ends in the middle of an episode, as logs that were cut do.
        Transitions whole = D4rlFile.read(Path.of(collected("whole.hdf5"))).transitions();
        D4rlFile.write(folder.resolve("own.hdf5"), whole.rows(0, whole.size() - 10), Map.of());
        String own = path("own.hdf5");
        String other = collected("other.hdf5", "--seed", "2");
        json(model("etm", own, "--steps", "2", "--negatives", "2", "--chain-steps", "3", "--output", path("a")));
        Terminal.Outcome outcome = run("fuse", "--model", path("a"), "--data", own, "--segments", "5");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("the model a was trained on most of own.hdf5", "other episodes");
        Terminal.Outcome elsewhere = run("fuse", "--model", path("a"), "--data", other, "--segments", "5");
        assertThat(elsewhere.code()).as(elsewhere.err()).isZero();
        assertThat(elsewhere.err()).doesNotContain("trained on");
    }

    /** A hanging pendulum's changes are a small part of those of one that swings up. */
    @Test
    void policyTellsOfExpertsWithOtherRanges() {
        String wide = collected("wide.hdf5");
        json("collect", "--env", "Pendulum-v1:start=hanging", "--transitions", "800", "--policy",
                "pendulum-hanging:scale=0.5", "--output", path("narrow.hdf5"));
        for (String name : List.of("wide", "narrow")) {
            json(model("etm", path(name + ".hdf5"), "--steps", "3", "--negatives", "2", "--chain-steps", "3",
                    "--output", path(name)));
        }
        Terminal.Outcome outcome = run("policy", "--model", path("wide"), "--model", path("narrow"), "--data", wide,
                "--data", path("narrow.hdf5"), "--updates", "2", "--rollouts", "5", "--horizon", "2", "--output",
                path("both"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("on the logs", "outside of what narrow was trained on")
                .doesNotContain("outside of what wide");
        Terminal.Outcome alone = run("policy", "--model", path("narrow"), "--data", wide, "--updates", "2",
                "--rollouts", "5", "--horizon", "2", "--output", path("one"));
        assertThat(alone.code()).as(alone.err()).isZero();
        assertThat(alone.err()).doesNotContain("outside");
    }

    /** Every kind of model is trained, goes on where it was stopped, and is a simulator. */
    @Test
    void modelsOfEveryKindBecomeSimulators() throws IOException {
        String file = collected("data.hdf5");
        String policy = path("bc/policy.safetensors");
        json(training("--data", file, "--algorithm", "bc", "--steps", "20", "--output", path("bc")));
        for (String kind : List.of("adetm", "adetm-gru", "etm", "ensemble", "gaussian")) {
            List<String> more = new ArrayList<>(List.of("--steps", "3", "--output", path(kind)));
            if (!kind.equals("ensemble") && !kind.equals("gaussian")) {
                more.addAll(List.of("--negatives", "2", "--chain-steps", "3"));
            }
            JsonNode trained = json(model(kind, file, more.toArray(String[]::new)));
            assertThat(trained.at("/error/normalised")).as(kind)
                    .hasSize(kind.equals("etm") || kind.equals("ensemble") ? 1 : 5);
            JsonNode result = Json.LINES.readTree(Files.readString(folder.resolve(kind).resolve("result.json")));
            assertThat(result.at("/algorithm").asString()).isEqualTo(kind);
            assertThat(result.at("/errors/reward").asDouble()).isPositive();

            JsonNode value = json("ope", "--model", path(kind), "--data", file, "--policy", policy, "--trajectories",
                    "5", "--horizon", "3");
            assertThat(value.at("/results/0/value").isNumber()).as(kind + " " + value).isTrue();
            assertThat(value.at("/results/0/value").asDouble()).as(kind).isFinite().isNotZero();
        }
        assertThat(json("fuse", "--model", path("ensemble"), "--data", file, "--segments", "10").at("/results/0/model")
                .asString()).isEqualTo("ensemble");
        JsonNode learned = json("policy", "--model", path("gaussian"), "--data", file, "--env", "Pendulum-v1",
                "--updates", "3", "--rollouts", "20", "--horizon", "2", "--penalty", "0.1", "--final-episodes", "2",
                "--output", path("learned"));
        assertThat(learned.at("/episodes").asInt()).isEqualTo(2);
        assertThat(method("learned")).isEqualTo("single-gaussian");
        for (String command : List.of("fuse", "ope")) {
            List<String> two = new ArrayList<>(List.of(command, "--model", path("adetm"), "--model", path("ensemble"),
                    "--data", file));
            two.addAll(command.equals("ope") ? List.of("--policy", policy) : List.of());
            assertMistake(two.toArray(String[]::new), "ensemble", "no energy to sum", "adetm");
        }
        assertMistake(new String[]{"policy", "--model", path("etm"), "--data", file, "--penalty", "1", "--output",
            path("none")}, "etm", "never uncertain");
        assertMistake(model("adetm", file, "--members", "3", "--output", path("none")), "--members", "ensemble");
        assertMistake(model("ensembel", file, "--output", path("none")), "did you mean 'ensemble'");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void modelsStopWhereNothingGetsBetter() throws IOException {
        String file = collected("data.hdf5");
        String[] early = model("etm", file, "--steps", "200", "--output", path("early"), "--negatives", "2",
                "--chain-steps", "3", "--evaluate-every", "2", "--patience", "3");
        JsonNode stopped = json(early);
        assertThat(stopped.at("/stopped_early").asBoolean()).isTrue();
        int updates = stopped.at("/updates").asInt();
        assertThat(updates).isLessThan(200);
        List<Double> errors = Files.readAllLines(folder.resolve("early/metrics.jsonl")).stream()
                .map(Json.LINES::readTree).filter(line -> line.at("/kind").asString().equals("hold-out"))
                .map(line -> line.at("/mean").asDouble()).toList();
        assertThat(errors).hasSize(updates / 2);
        assertThat(errors.indexOf(Collections.min(errors))).isEqualTo(errors.size() - 4);
        JsonNode result = Json.LINES.readTree(Files.readString(folder.resolve("early/result.json")));
        assertThat(result.at("/steps").asInt()).isEqualTo(updates);
        assertMeasured("early", 2, 3);
        String[] shown = early.clone();
        shown[Arrays.asList(shown).indexOf(path("early"))] = path("shown");
        assertThat(run(shown).out()).contains("stopped early after " + updates + " of 200 updates");

        JsonNode whole = json(model("gaussian", file, "--steps", "6", "--output", path("whole"), "--slices", "2",
                "--evaluate-every", "1", "--patience", "4"));
        assertThat(whole.at("/stopped_early").asBoolean()).isFalse();
        assertMeasured("whole", 1, 4);
        json(model("etm", file, "--steps", "20", "--output", path("usual"), "--negatives", "2", "--chain-steps",
                "3"));
        assertMeasured("usual", 2, 25);

        for (String kind : List.of("adetm", "ensemble")) {
            String[] none = {"--steps", "20", "--output", path("none")};
            assertMistake(model(kind, file, with(none, "--patience", "9")), "--patience", "measurements, here 10",
                    "found 9");
            assertMistake(model(kind, file, with(none, "--patience", "0")), "--patience", "at least 1", "found 0");
            assertMistake(model(kind, file, with(none, "--evaluate-every", "21")), "--evaluate-every", "1 to 20",
                    "found 21");
            assertMistake(model(kind, file, with(none, "--evaluate-every", "0")), "--evaluate-every", "found 0");
        }
        assertMistake(training("--steps", "20", "--output", path("none"), "--patience", "2"), "--patience", "--model");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private void assertMeasured(String run, int every, int patience) throws IOException {
        JsonNode settings = Json.LINES.readTree(Files.readString(folder.resolve(run).resolve("result.json")))
                .at("/run/configuration");
        assertThat(settings.at("/evaluateEvery").asInt()).isEqualTo(every);
        assertThat(settings.at("/patience").asInt()).isEqualTo(patience);
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
    }

    /** A table of what other runs left, here of one model alone. */
    @Test
    void tablesSayWhetherModelsAreGoodEnough() throws IOException {
        Path model = Files.createDirectories(folder.resolve("table/Pendulum-v1/seed-1/models/pooled"));
        Files.writeString(model.resolve("result.json"), "{\"errors\": {\"worst_state\": 0.2, \"reward\": 0.05}}");
        Files.writeString(folder.resolve("table/budget.json"), Json.LINES.writeValueAsString(Budget.CPU));
        String[] show = {"table", "--output", path("table"), "--methods", "oracle", "--show"};
        JsonNode shown = json(show);
        assertThat(shown.at("/gates/0/model").asString()).isEqualTo("pooled");
        assertThat(shown.at("/gates/0/worstState").asDouble()).isEqualTo(0.2);
        assertThat(shown.at("/gates/0/met").asBoolean()).isFalse();
        assertThat(shown.at("/overlaps")).isEmpty();
        assertThat(run(show).out()).contains("0.15", "pooled", "0.200", "0.050", "no");
        assertMistake(new String[]{"table", "--output", path("table"), "--methods", "sop"}, "sop", "soup", "regmean",
                "etm-ensembles", "gaussian", "anystep", "untrained", "known-reward", "fused-policy");
    }

    private void result(String env, long seed, String method, double... returns) throws IOException {
        Path place = Files.createDirectories(folder.resolve("table").resolve(env).resolve("seed-" + seed)
                .resolve("policies").resolve(method));
        Files.write(place.resolve("policy.safetensors"), new byte[0]);
        Files.writeString(place.resolve("result.json"),
                "{\"returns\": " + Arrays.toString(returns) + ", \"seconds\": " + (100 + seed) + "}");
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void tablesSayWhatAFusedMethodIsSeparatedFrom() throws IOException {
        Files.createDirectories(folder.resolve("table"));
        Files.writeString(folder.resolve("table/budget.json"), Json.LINES.writeValueAsString(Budget.SMOKE));
        for (int seed = 1; seed <= 3; seed++) {
            result("Pendulum-v1", seed, "emfuse", -200 - seed);
            result("Pendulum-v1", seed, "no-model", -900 - seed);
            result("Pendulum-v1", seed, "bc", -200 - seed);
            result("PointMass2D-v0", seed, "emfuse", -10 - 0.1 * seed);
            result("PointMass2D-v0", seed, "bc", -9 - 0.1 * seed);
        }
        List<Path> before = everything();
        String[] show = {"table", "--output", path("table"), "--envs", "Pendulum-v1,PointMass2D-v0", "--seeds", "1..3",
            "--show"};
        JsonNode shown = json(show);
        assertThat(everything()).isEqualTo(before);
        assertThat(shown.at("/budget/name").asString()).isEqualTo("smoke");
        assertThat(shown.at("/comparisons")).hasSize(3);
        assertThat(shown.at("/comparisons/0/other").asString()).isEqualTo("no-model");
        assertThat(shown.at("/comparisons/0/difference/low").asDouble()).isPositive();
        assertThat(shown.at("/comparisons/0/probability/value").asDouble()).isEqualTo(1);
        assertThat(shown.at("/comparisons/0/separated").asBoolean()).isTrue();
        assertThat(shown.at("/comparisons/1/separated").asBoolean()).isFalse();
        assertThat(shown.at("/overall")).hasSize(2);
        assertThat(shown.at("/overall/0/mean/value").asDouble()).isNotEqualTo(
                shown.at("/overall/0/pooled/value").asDouble());
        assertThat(shown.at("/longestCell/seconds").asDouble()).isEqualTo(103);
        assertThat(run(show).out()).contains("Budget[name=smoke",
                "Pendulum-v1: emfuse scores higher than no-model; is not separated from bc.",
                "PointMass2D-v0: emfuse scores lower than bc.", "mean of environments", "Longest cell: ", "103 s");
    }

    @Test
    void ofAShiftedTaskEachEnvironmentIsShown() throws IOException {
        Files.createDirectories(folder.resolve("table"));
        Files.writeString(folder.resolve("table/budget.json"), Json.LINES.writeValueAsString(Budget.SMOKE));
        result("Pendulum-v1-shifted", 1, "bc", -200, -220);
        result("Pendulum-v1-shifted", 1, "bc/scores/Pendulum-v1-mass=0.7", -300, -320);
        result("Pendulum-v1-shifted", 1, "bc/scores/Pendulum-v1-mass=1.3", -400, -420);
        String[] show = {"table", "--output", path("table"), "--envs", "Pendulum-v1-shifted", "--show"};
        JsonNode shown = json(show);
        assertThat(shown.at("/results")).hasSize(1);
        assertThat(shown.at("/results/0/returns/0").asDouble()).isEqualTo(-310);
        assertThat(shown.at("/each")).hasSize(3);
        assertThat(shown.at("/each/2/env").asString()).isEqualTo("Pendulum-v1-shifted in Pendulum-v1:mass=1.3");
        assertThat(shown.at("/each/2/returns/0").asDouble()).isEqualTo(-410);
        assertThat(run(show).out()).contains("In each environment alone:", "mass=0.7", "-310.0", "-410.0");
    }

    @Test
    void aBudgetOutOfRangeIsRefusedBeforeAnythingIsDone() {
        for (String[] wrong : List.of(new String[]{"--real-share", "1.5", "a real share in [0, 1]", "found 1.5"},
                new String[]{"--penalty", "-1", "a penalty >= 0", "found -1"},
                new String[]{"--horizon", "0", "rollouts of at least one step", "found 0"},
                new String[]{"--next", "two-step", "unknown choice of the next state 'two-step'", "'one-step'"})) {
            assertMistake(new String[]{"table", "--output", path("table"), wrong[0], wrong[1]}, wrong[2], wrong[3]);
        }
        assertThat(folder.resolve("table")).doesNotExist();
    }

    @Test
    void whatIsShownIsOfTheFoldersBudget() throws IOException {
        assertMistake(new String[]{"table", "--output", path("none"), "--show"}, "none", "no budget.json", "rl table");
        assertThat(folder.resolve("none")).doesNotExist();
        Path budget = Files.createDirectories(folder.resolve("table")).resolve("budget.json");
        Files.writeString(budget, Json.LINES.writeValueAsString(Budget.SMOKE.withPenalty(0.25)));
        String[] show = {"table", "--output", path("table"), "--show"};
        assertThat(json(show).at("/budget/penalty").asDouble()).isEqualTo(0.25);
        assertThat(run("table", "--output", path("table"), "--show", "--budget", "smoke", "--penalty", "0.25",
                "--horizon", "150").code()).isZero();
        assertMistake(new String[]{"table", "--output", path("table"), "--show", "--budget", "cpu", "--penalty", "1",
            "--horizon", "3", "--real-share", "0.05", "--next", "random"}, "another budget",
                "--budget is smoke there, found cpu",
                "--penalty is 0.25 there, found 1.0", "--horizon is 150 there, found 3",
                "--real-share is 0.0 there, found 0.05", "--next is one-step there, found random");
        // Which methods there are is the budget's matter too.
        Files.writeString(budget, Json.LINES.writeValueAsString(Budget.PAPER));
        result("Pendulum-v1", 1, "etm-ensembles", -200, -210);
        assertThat(json(show).at("/results/0/description").asString()).startsWith("5 plain energies");
        Files.writeString(budget, "{");
        assertMistake(show, budget.toString(), "damaged");
        assertThat(folder.resolve("table").toFile().list()).containsExactlyInAnyOrder("budget.json", "Pendulum-v1");
    }

    @Test
    void aTableIsPrintedAlthoughCellsFail() throws IOException {
        result("Pendulum-v1", 1, "iql", -200, -210);
        Path data = Files.createDirectories(folder.resolve("table/Pendulum-v1/seed-1/data"));
        for (String domain : List.of("hanging", "upright", "swing-up")) {
            Files.writeString(data.resolve(domain + ".hdf5.parts"), "");
        }
        Terminal.Outcome outcome = run("table", "--output", path("table"), "--budget", "smoke", "--methods", "iql,bc",
                "--json", path("scores.json"));
        assertThat(outcome.code()).isEqualTo(Failures.FAILURE);
        assertThat(outcome.out()).contains("iql");
        assertThat(Json.LINES.readTree(Files.readString(folder.resolve("scores.json"))).at("/results")).hasSize(1);
        assertThat(outcome.err()).contains("failed: Pendulum-v1 seed 1 data hanging: ", "3 of 5 cells failed",
                "(folder " + data.resolve("hanging.hdf5.parts") + ")", "1 cell that needs them waits",
                "the same command goes on").doesNotContain("fault of the program");
    }

    @Test
    void logsOfOthersAreImported() throws IOException {
        Files.writeString(folder.resolve("site.csv"), """
                trip,t,x,v,u,r,done
                A,1,0.2,0.1,0.5,-0.5,0
                A,0,0.1,0,1,-1,0
                A,2,0.3,0.2,0,-0.1,1
                B,0,1,0,-1,-2,0
                B,1,0.9,-0.1,0,-1,0
                """);
        JsonNode imported = json("import", path("site.csv"), "--columns",
                "observation=x,v;action=u;reward=r;episode=trip;time=t;terminal=done", "--output", path("site.hdf5"));
        assertThat(imported.at("/transitions").asInt()).isEqualTo(3);
        Transitions data = D4rlFile.read(folder.resolve("site.hdf5")).transitions();
        assertThat(data.observations()).containsExactly(0.1f, 0, 0.2f, 0.1f, 1, 0);
        assertThat(data.terminals()).containsExactly(false, true, false);
        assertThat(run("inspect", path("site.hdf5")).out()).contains("x ", "v ", "u ");
    }

    @Test
    void aRunThatExistsIsNotOverwrittenButGoesOn() {
        String[] arguments = training("--steps", "120", "--output", path("run"));
        json(arguments);
        assertMistake(arguments, "already holds a run", "--resume");
        String[] resumed = Arrays.copyOf(arguments, arguments.length + 1);
        resumed[arguments.length] = "--resume";
        assertThat(json(resumed).at("/episodes").asInt()).isEqualTo(3);
        assertMistake(training("--steps", "121", "--output", path("run"), "--resume"), "other settings",
                "steps 120, now 121");
    }

    @Test
    void resumingWhereNothingIsSaysSo() {
        Terminal.Outcome outcome = run(training("--steps", "60", "--output", path("new"), "--resume"));
        assertThat(outcome.code()).isZero();
        assertThat(outcome.err()).contains("no checkpoint", "first step");
    }

    @Test
    void namesOfColumnsMayContainCommas() throws IOException {
        Files.writeString(folder.resolve("a.csv"),
                "e,\"x, pos\",v,u,r\n1,0,0,0,0\n1,1,1,0,0\n1,2,2,0,0\n2,3,3,0,0\n2,4,4,0,0\n");
        Files.writeString(folder.resolve("a.yaml"),
                "observation: ['x, pos', v]\naction: [u]\nreward: r\nepisode: e\n");
        json("import", path("a.csv"), "--mapping", path("a.yaml"), "--output", path("a.hdf5"));
        JsonNode inspection = json("inspect", path("a.hdf5"));
        assertThat(inspection.at("/inspection/dataSets/0/observation/0/name").asString()).isEqualTo("x, pos");
        assertThat(run("inspect", path("a.hdf5")).out()).contains("u is constant");
        JsonNode split = json("split", path("a.hdf5"), "--rule", "speed_sorted", "--coordinate", "x, pos", "--domains",
                "2", "--output", path("d"));
        assertThat(split.at("/split/coordinate").asInt()).isZero();
    }

    private void assertMistake(String[] arguments, String... words) {
        Terminal.Outcome outcome = run(arguments);
        assertThat(outcome.err()).contains(words).doesNotContain("\tat ").doesNotContain("Exception")
                .doesNotContain("fault of the program");
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void mistakesGetOneClearMessage() throws IOException {
        assertMistake(new String[]{"envs", "Pendulm-v1"}, "did you mean 'Pendulum-v1'");
        assertMistake(new String[]{"train", "--output", path("x")}, "--env", "--data");
        assertMistake(training("--steps", "0", "--output", path("x")), "at least one step", "0");
        assertMistake(training("--gamma", "1.5", "--output", path("x")), "discount", "1.5");
        assertMistake(new String[]{"train", "--env", "Pendulum-v1", "--threads", "0", "--output", path("x")}, "threads",
                "0");
        assertMistake(training("--algorithm", "iql", "--output", path("x")), "iql", "--data");
        assertMistake(training("--data", path("none.hdf5"), "--output", path("x")), "none.hdf5", "does not exist");
        assertMistake(new String[]{"evaluate", "--env", "Pendulum-v1", "--policy", path("none.safetensors")},
                "none.safetensors", "does not exist");
        assertMistake(new String[]{"evaluate", "--env", "Pendulum-v1", "--policy", "cartpole-swingup"},
                "CartPoleSwingUp-v0");
        assertMistake(new String[]{"evaluate", "--env", "Pendulum-v1", "--policy", "random", "--episodes", "0"},
                "at least one episode");
        assertMistake(new String[]{"evaluate", "--env", "Pendulum-v1", "--policy", folder.toString()}, "no policy file",
                ".safetensors");
        assertMistake(new String[]{"evaluate", "--env", "Pendulum-v1", "--policy", "random", "--json",
            path("no/such.json")}, "does not exist");
        assertMistake(new String[]{"train", "--env", "Pendulum-v1", "--hidden", "99999999,2", "--output", path("x")},
                "16384", "99999999");
        Files.writeString(folder.resolve("text.hdf5"), "not HDF5 at all");
        assertMistake(training("--output", path("text.hdf5")), "is a file", "folder");
        assertMistake(new String[]{"split", path("text.hdf5"), "--domains", "2", "--shares", "0.5,0.5", "--output",
            path("d")}, "--domains", "--shares");
        for (String command : List.of("inspect", "split")) {
            String[] arguments = command.equals("inspect")
                    ? new String[]{command, path("text.hdf5")}
                    : new String[]{command, path("text.hdf5"), "--output", path("d")};
            assertMistake(arguments, "text.hdf5", "HDF5");
        }
        Files.writeString(folder.resolve("a.csv"), "e,x,u,r\n1,0,0,zero\n1,0,0,0\n");
        assertMistake(new String[]{"import", path("a.csv"), "--output", path("a.hdf5")}, "--columns");
        assertMistake(new String[]{"import", path("a.csv"), "--columns", "observation=x;action=u;reward=r;episode=e",
            "--output", path("a.hdf5")}, "a.csv", "line 2", "zero");
        assertMistake(new String[]{"import", path("a.csv"), "--columns", "observation=x;action=u;reward=rr;episode=e",
            "--output", path("a.hdf5")}, "rr", "did you mean 'r'");
        assertMistake(new String[]{"report", path("nowhere"), "--html", path("r.html")}, "nowhere");
        assertMistake(new String[]{"report", path("nowhere")}, "--html");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName()))).containsExactlyInAnyOrder("text.hdf5",
                    "a.csv");
        }
    }

    @Test
    void theBenchmarkKeepsItsNames() {
        JsonNode bench = json("bench", "--updates", "2", "--steps", "50", "--model-steps", "1");
        assertThat(bench.at("/sac_update_ms").asDouble()).isPositive();
        assertThat(bench.at("/env_steps_per_s").asDouble()).isPositive();
        assertThat(bench.at("/shapes/batch").asInt()).isEqualTo(256);
        for (String speed : List.of("etm_train_step_ms", "etm_predict_per_s", "fused_rollout_per_s")) {
            assertThat(bench.path(speed).isNumber()).as(speed).isTrue();
            assertThat(bench.path(speed).asDouble()).as(speed).isFinite().isPositive();
        }
        JsonNode shapes = bench.at("/etm_shapes");
        assertThat(shapes.at("/head").asString()).isEqualTo("200x4");
        assertThat(shapes.at("/products").asString()).isIn("float32", "bfloat16");
        for (String shape : List.of("observations", "actions", "batch", "negatives", "negative_steps",
                "prediction_steps", "prediction_rows", "fused_experts", "fused_slices", "fused_states")) {
            assertThat(shapes.path(shape).isIntegralNumber()).as(shape).isTrue();
            assertThat(shapes.path(shape).asInt()).as(shape).isPositive();
        }
        assertThat(bench.at("/etm_settings/trainSteps").asInt()).isEqualTo(1);
    }
}
