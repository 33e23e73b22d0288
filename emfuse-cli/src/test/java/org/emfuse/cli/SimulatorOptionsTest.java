package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Models, logs and policies that fit each other, and those that do not, in the commands that make simulators of them. */
class SimulatorOptionsTest extends RlCommandLine {

    private void refused(String[] arguments, String... expected) {
        Terminal.Outcome outcome = run(arguments);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err()).contains(expected).doesNotContain("\tat ").doesNotContain("fault of the program");
    }

    private String logs(String env, String name) {
        json("collect", "--env", env, "--transitions", "400", "--policy", "random", "--output", path(name));
        return path(name);
    }

    private String model(String kind, String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--model", kind, "--steps", "60", "--head", "32x2",
                "--batch", "32", "--threads", "1", "--output", path(name)));
        if (!kind.equals("gaussian") && !kind.equals("ensemble")) {
            arguments.addAll(List.of("--negatives", "4", "--chain-steps", "8"));
        }
        arguments.addAll(Arrays.asList(more));
        json(arguments.toArray(String[]::new));
        return path(name);
    }

    private String policy(String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--algorithm", "bc", "--steps", "20", "--output",
                path(name)));
        arguments.addAll(Arrays.asList(more));
        json(arguments.toArray(String[]::new));
        return path(name + "/policy.safetensors");
    }

    private String pendulum;

    @BeforeEach
    void pendulumLogs() {
        pendulum = logs("Pendulum-v1", "pendulum.hdf5");
    }

    @Test
    void policiesAreValuedInEachModelAndInAllFusedAndJudgedByTheirReturns() {
        String a = model("adetm", "a", "--data", pendulum, "--env", "Pendulum-v1", "--slices", "2");
        String b = model("adetm", "b", "--data", pendulum, "--env", "Pendulum-v1", "--slices", "2", "--seed", "2");
        JsonNode judged = json("ope", "--model", a, "--model", b, "--data", pendulum, "--env", "Pendulum-v1",
                "--policy", "pendulum-swingup", "--policy", "random", "--trajectories", "4", "--horizon", "20");
        assertThat(judged.at("/results")).hasSize(6);
        assertThat(judged.at("/results/0/model").asString()).isEqualTo("a");
        assertThat(judged.at("/results/4/model").asString()).isEqualTo("fused");
        assertThat(judged.at("/results/5/policy").asString()).isEqualTo("random");
        assertThat(judged.at("/results/0/true_return").asDouble())
                .isGreaterThan(judged.at("/results/1/true_return").asDouble() + 500)
                .isEqualTo(judged.at("/results/4/true_return").asDouble());
        assertThat(judged.at("/rankings")).hasSize(3);
        for (int i = 0; i < 3; i++) {
            double better = judged.at("/results/" + 2 * i + "/value").asDouble()
                    - judged.at("/results/" + (2 * i + 1) + "/value").asDouble();
            JsonNode ranking = judged.at("/rankings/" + i);
            assertThat(ranking.at("/correlation").isNull()).isEqualTo(better == 0);
            assertThat(better == 0 || ranking.at("/correlation").asDouble() == Math.signum(better)).isTrue();
            assertThat(ranking.at("/regret").asDouble()).isEqualTo(better >= 0 ? 0 : 1);
        }
        assertThat(run("ope", "--model", a, "--data", pendulum, "--env", "Pendulum-v1", "--policy", "random",
                "--trajectories", "2", "--horizon", "1").out()).contains("rank correlation", "regret");
    }

    @Test
    void oneModelIsComparedWithLogsOfSeveralSites() {
        String a = model("adetm", "a", "--data", pendulum, "--env", "Pendulum-v1", "--slices", "2");
        String hanging = logs("Pendulum-v1:start=hanging", "hanging.hdf5");
        JsonNode both = json("fuse", "--model", a, "--data", pendulum, "--data", hanging, "--segments", "20")
                .at("/results");
        assertThat(both).extracting(row -> row.at("/data").asString()).containsExactly("pendulum.hdf5", "hanging.hdf5");
        assertThat(both.get(0).at("/states")).isNotEqualTo(both.get(1).at("/states"));
        assertThat(run("policy", "--model", a, "--data", pendulum, "--data", hanging, "--updates", "2", "--rollouts",
                "4", "--horizon", "2", "--output", path("run")).code()).isZero();
        refused(new String[]{"fuse", "--model", a, "--model", a, "--data", pendulum, "--data", hanging, "--data",
            pendulum}, "one --data for all models or one per model", "3 for 2");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        String a = model("adetm", "a", "--data", pendulum, "--slices", "2", "--action-scale", "2");
        String plane = logs("PointMass2D-v0", "plane.hdf5");
        for (String command : List.of("fuse", "ope")) {
            List<String> more = command.equals("ope")
                    ? List.of("--policy", policy("bc-" + command, "--data", plane))
                    : List.of();
            List<String> arguments = new ArrayList<>(List.of(command, "--model", a, "--data", plane));
            arguments.addAll(more);
            refused(arguments.toArray(String[]::new), "the data has 4 observation and 2 action coordinates",
                    "the model a has 3 and 1");
            arguments = new ArrayList<>(
                    List.of(command, "--model", a, "--model", a, "--data", pendulum, "--data", plane));
            arguments.addAll(more);
            refused(arguments.toArray(String[]::new), "plane.hdf5", "pendulum.hdf5", "one environment");
        }
        String[] ope = {"ope", "--model", a, "--data", pendulum, "--policy", policy("plane", "--data", plane)};
        refused(ope, "policy.safetensors sees 4 coordinates", "the simulator a has 3");
        ope[6] = policy("strong", "--data", pendulum, "--action-scale", "3");
        refused(ope, "acts in [-3.0 to 3.0]", "[-2.0 to 2.0]");
        ope[6] = policy("right", "--data", pendulum, "--action-scale", "2");
        assertThat(run(ope).code()).isZero();
        refused(new String[]{"ope", "--model", a, "--data", pendulum, "--env", "Pendulum-v1", "--policy", "random"},
                "task",
                "the environment Pendulum-v1");
        refused(new String[]{"fuse", "--model", a, "--data", pendulum, "--segments", "0"}, "found 0");
    }

    @Test
    void optionsThatCannotChangeASimulatorAreRefused() {
        String a = model("gaussian", "a", "--data", pendulum, "--env", "Pendulum-v1", "--slices", "2");
        refused(new String[]{"fuse", "--model", a, "--data", pendulum, "--next", "mean", "--spread", "1"},
                "normal distribution", "so that --spread cannot");
        refused(new String[]{"fuse", "--model", a, "--data", pendulum, "--next", "noisy"}, "so that --next cannot");
        String many = model("ensemble", "many", "--data", pendulum, "--env", "Pendulum-v1", "--members", "2");
        refused(new String[]{"fuse", "--model", many, "--data", pendulum, "--next", "mean", "--spread", "1"},
                "normal distribution", "--next, --spread");
        String b = model("etm", "b", "--data", pendulum, "--env", "Pendulum-v1");
        refused(new String[]{"fuse", "--model", b, "--model", b, "--data", pendulum, "--weights", "nearest"},
                "b is never uncertain", "adetm");
    }

    @Test
    void anyStepGaussianModelsGoOnAsChosen() {
        String a = model("gaussian", "a", "--data", pendulum, "--env", "Pendulum-v1", "--slices", "2");
        List<JsonNode> errors = Stream.of("random", "one-step", "mean")
                .map(next -> json("fuse", "--model", a, "--data", pendulum, "--next", next).at("/results")).toList();
        assertThat(errors).doesNotHaveDuplicates().allSatisfy(each -> assertThat(each).isNotEmpty());
    }

    /** What an option would change is not there: told, rather than left out silently. */
    @Test
    void optionsOfOtherTrainingsAreRefused() {
        String[] energy = {"train", "--model", "adetm", "--data", pendulum, "--env", "Pendulum-v1", "--output",
            path("x"),
            "--gamma", "0.9", "--hidden", "8"};
        refused(energy, "--gamma, --hidden belong to policies", "--model");
        refused(new String[]{"train", "--model", "adetm", "--data", pendulum, "--env", "Pendulum-v1", "--output",
            path("x"), "--action-scale", "2"}, "--action-scale belongs", "--env");
        refused(new String[]{"train", "--model", "gaussian", "--data", pendulum, "--output", path("x"), "--negatives",
            "3"}, "--model gaussian learns by likelihood", "--negatives");
        refused(new String[]{"train", "--data", pendulum, "--algorithm", "bc", "--output", path("x"), "--slices", "3",
            "--patience", "2"}, "--slices, --patience belong to transition models", "--model KIND");
        refused(new String[]{"train", "--data", pendulum, "--algorithm", "bc", "--output", path("x"), "--random-steps",
            "3"}, "--random-steps belongs", "--data");
        refused(new String[]{"train", "--env", "Pendulum-v1", "--output", path("x"), "--action-scale", "3"},
                "--action-scale belongs to stored data");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    /** An environment tells the range of actions, also where the logs never act. */
    @Test
    void aDomainWithoutActionsHasTheRangeOfItsEnvironment() {
        json("collect", "--env", "Pendulum-v1", "--transitions", "400", "--policy", "pendulum-hanging:scale=0",
                "--output", path("still.hdf5"));
        model("adetm", "still", "--data", path("still.hdf5"), "--env", "Pendulum-v1", "--slices", "2");
        refused(new String[]{"train", "--model", "adetm", "--data", path("still.hdf5"), "--output", path("x")},
                "0 throughout");
    }

    @Test
    void aFusionSaysHowFarItsExpertsAreApart() {
        String a = model("adetm", "a", "--data", pendulum, "--env", "Pendulum-v1", "--slices", "2");
        String b = model("adetm", "b", "--data", pendulum, "--env", "Pendulum-v1", "--slices", "2", "--seed", "2");
        String[] fuse = {"fuse", "--model", a, "--model", b, "--data", pendulum, "--segments", "20"};
        JsonNode fused = json(fuse);
        assertThat(fused.at("/results/0/spread").isMissingNode()).isTrue();
        assertThat(fused.at("/results/2/spread").asDouble()).isPositive();
        assertThat(fused.at("/results/2/outside")).hasSize(2);
        assertThat(fused.at("/results/2/diverged/0").asInt()).isZero();
        assertThat(run(fuse).out()).contains("standard deviations apart");
        JsonNode alike = json("fuse", "--model", a, "--model", a, "--data", pendulum, "--segments", "20");
        assertThat(alike.at("/results/2/spread").asDouble()).isZero();
    }

    /** An episode that is cut without a flag ends with its file. */
    @Test
    void episodesDoNotGoOnInTheNextFile() {
        Transitions logs = D4rlFile.read(Path.of(pendulum)).transitions().rows(0, 50);
        assertThat(logs.timeouts()[49]).isFalse();
        Transitions both = Transitions.concat(List.of(logs.ended(), logs.ended()));
        assertThat(both.episodeEnd(49)).isTrue();
        assertThat(both.positions()[50]).isZero();
        assertThat(logs.timeouts()[49]).isFalse();
    }
}
