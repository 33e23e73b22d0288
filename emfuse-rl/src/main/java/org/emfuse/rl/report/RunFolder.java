package org.emfuse.rl.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.ReturnReference;
import org.emfuse.rl.offline.OfflineAlgorithm;
import org.emfuse.rl.torch.SafetensorsFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a training run left in its folder: {@code metrics.jsonl} as it goes, {@code result.json} at its end. Until
 * then a checkpoint tells the settings. What is made in one go, such as a fused policy, leaves a result alone.
 *
 * @param name of the folder
 * @param env id of the environment; "unknown environment" while there is neither a result nor a checkpoint
 * @param algorithm the folder's name where it is unknown
 * @param seed "?" where it is unknown
 * @param steps in the environment, so far
 * @param finished whether there is a result
 * @param returns of the final evaluation's episodes; empty until there is a result
 * @param logged score of the final evaluation as the result gives it, 0 random, 100 reference
 * @param details everything else in the result, nested names joined by dots
 * @param metrics the logged numbers; none where a result is all that there is
 * @param settings of the run, as far as they are known
 */
public record RunFolder(String name, String env, String algorithm, String seed, long steps, boolean finished,
        double[] returns, OptionalDouble logged, Map<String, String> details, MetricsFile metrics,
        RunSettings settings) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Reads a folder.
     *
     * @throws IllegalArgumentException if it is not the folder of a training run, or a file in it is broken; names the file
     */
    public static RunFolder read(Path folder) {
        Path log = folder.resolve("metrics.jsonl");
        Path file = folder.resolve("result.json");
        boolean logs = Files.isRegularFile(log);
        boolean finished = Files.isRegularFile(file);
        if (!logs && !finished) {
            throw new IllegalArgumentException("the folder " + folder
                    + " holds neither metrics.jsonl nor result.json; name folders that training runs were written to");
        }
        MetricsFile metrics = logs ? MetricsFile.read(log) : MetricsFile.none();
        JsonNode result = finished ? result(file) : JSON.createObjectNode();
        Map<String, String> details = new LinkedHashMap<>();
        RunSettings.flatten("", result, details);
        JsonNode score = result.path("score");
        JsonNode known = finished ? result : settings(folder.resolve("checkpoint.safetensors"));
        return new RunFolder(name(folder), known.path("env").asString("unknown environment"),
                algorithm(known).orElse(name(folder)),
                known.path("seed").asString("?"),
                result.path("steps").asLong(metrics.lastStep()), finished, returns(file, result.path("returns")),
                score.isNumber() ? OptionalDouble.of(score.asDouble()) : OptionalDouble.empty(), details, metrics,
                RunSettings.of(finished ? result.path("run").path("configuration") : known));
    }

    /** The name of the algorithm as results have it: settings call it otherwise, and an online learner's do not name it. */
    private static Optional<String> algorithm(JsonNode known) {
        String named = known.path("method").asString(known.path("algorithm").asString(known.has("sac") ? "sac" : ""));
        return Arrays.stream(OfflineAlgorithm.values()).filter(each -> each.name().equals(named))
                .map(OfflineAlgorithm::id).findFirst().or(() -> Optional.of(named))
                .filter(text -> !text.isEmpty());
    }

    private static String name(Path folder) {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? folder.toString() : name.toString();
    }

    private static JsonNode result(Path file) {
        JsonNode result;
        try {
            result = JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the result " + file + " is not JSON: " + e.getOriginalMessage()
                    + "; train again, or remove it to report the metrics alone", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the result " + file + " could not be read as UTF-8 text", e);
        }
        if (!result.isObject()) {
            throw new IllegalArgumentException("the result " + file + " is not an object with env, algorithm, seed,"
                    + " steps and returns; train again, or remove it to report the metrics alone");
        }
        return result;
    }

    /** What the checkpoint of a run says about it; nothing without one. */
    private static JsonNode settings(Path checkpoint) {
        if (!Files.isRegularFile(checkpoint)) {
            return JSON.createObjectNode();
        }
        String settings = SafetensorsFile.open(checkpoint).metadata().getOrDefault("settings", "{}");
        try {
            return JSON.readTree(settings);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the settings in the checkpoint " + checkpoint + " are not JSON: "
                    + e.getOriginalMessage(), e);
        }
    }

    private static double[] returns(Path file, JsonNode node) {
        double[] returns = new double[node.size()];
        for (int i = 0; i < returns.length; i++) {
            returns[i] = node.path(i).isNumber() ? node.path(i).asDouble() : Double.NaN;
            if (!Double.isFinite(returns[i])) {
                throw new IllegalArgumentException(
                        "the returns in " + file + " must be a list of finite numbers, found "
                                + node.path(i) + " at index " + i);
            }
        }
        return returns;
    }

    /** The returns between which scores are normalised; empty for an environment that this program does not have. */
    public Optional<ReturnReference> reference() {
        try {
            return Optional.of(Environments.spec(env).reference());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Each return normalised: 0 random, 100 reference; empty without returns or without a reference. */
    public double[] scores() {
        return reference().map(reference -> Arrays.stream(returns).map(reference::normalise).toArray())
                .orElse(new double[0]);
    }

    /** Mean score of the final evaluation: of the normalised returns, else as the result gives it. */
    public OptionalDouble score() {
        double[] scores = scores();
        return scores.length > 0 ? Arrays.stream(scores).average() : logged;
    }
}
