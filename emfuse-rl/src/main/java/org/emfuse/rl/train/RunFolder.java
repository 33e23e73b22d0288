package org.emfuse.rl.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.record.RunRecord;
import org.emfuse.record.Sha256;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchScope;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a training run: {@code metrics.jsonl} and an event file as it goes, {@code checkpoint.safetensors} every
 * minute and when it is stopped, {@code policy.safetensors} and {@code result.json} at the end. A run that was stopped, or
 * killed, goes on from its last checkpoint and ends with the same bytes as one that was not.
 */
public final class RunFolder<P> implements AutoCloseable {

    /** Steps between logged updates. */
    public static final int LOG_EVERY = 100;
    /** Evaluation episodes start with seeds from here on, the same for every run. */
    public static final long EVALUATION_SEED = 1_000_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {
    };

    private final Path path;
    private final Training<P> training;
    private final String settings;
    private final long checkpointNanos;
    private final MetricsLog metrics;
    private final double secondsBefore;
    private final long opened = System.nanoTime();
    private long lastCheckpoint = opened;

    /**
     * Opens a folder, makes it if it does not exist, and brings the training to where its checkpoint left it. The training
     * is closed with the folder, also where it cannot be opened.
     *
     * @param config a record, every value of which the result depends on
     * @param resume whether the folder may hold a run, to go on with
     * @throws IllegalArgumentException if the folder holds a run and {@code resume} is not set, or if its checkpoint is
     *             damaged or comes from other settings
     */
    public static <P> RunFolder<P> open(Path path, Training<P> training, Object config, boolean resume,
            double checkpointSeconds) {
        try {
            return new RunFolder<>(path, training, config, resume, checkpointSeconds);
        } catch (RuntimeException e) {
            training.close();
            throw e;
        }
    }

    /** Refuses a folder that cannot be that of the run, before anything is made for it. */
    public static void require(Path path, boolean resume) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new IllegalArgumentException("the output " + path + " is a file; a folder was expected");
        }
        if (!resume && (Files.exists(path.resolve("checkpoint.safetensors"))
                || Files.exists(path.resolve("metrics.jsonl")))) {
            throw new IllegalArgumentException("the folder " + path
                    + " already holds a run; add --resume to go on with it, or name another folder");
        }
    }

    private RunFolder(Path path, Training<P> training, Object config, boolean resume, double checkpointSeconds) {
        this.path = path;
        this.training = training;
        this.settings = JSON.writeValueAsString(config);
        this.checkpointNanos = (long) (checkpointSeconds * 1e9);
        Path checkpoint = checkpointFile();
        require(path, resume);
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + path + " could not be made", e);
        }
        Position position = Files.exists(checkpoint) ? restore(checkpoint) : new Position(MetricsLog.Position.START, 0);
        this.secondsBefore = position.seconds;
        this.metrics = MetricsLog.open(path, position.metrics);
    }

    /** Where a run was when its checkpoint was written. */
    private record Position(MetricsLog.Position metrics, double seconds) {

        private Position {
            Objects.requireNonNull(metrics, "metrics");
        }
    }

    private Position restore(Path checkpoint) {
        SafetensorsFile file = SafetensorsFile.open(checkpoint);
        String found = file.metadata().getOrDefault("config", "");
        if (found.isEmpty()) {
            throw new IllegalArgumentException("the file " + checkpoint
                    + " is not a checkpoint of a training run; name another folder, or remove it");
        }
        if (!found.equals(Sha256.of(settings))) {
            throw new IllegalArgumentException("the checkpoint " + checkpoint + " comes from other settings: "
                    + differences(file.metadata().getOrDefault("settings", "{}"))
                    + "; give the same ones, or begin in another folder");
        }
        Position position;
        try {
            position = JSON.readValue(file.metadata().getOrDefault("position", ""), Position.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the checkpoint " + checkpoint + " does not say where its metrics end",
                    e);
        }
        training.load(file);
        return position;
    }

    /** What differs between a checkpoint's settings and these: {@code "steps 1500, now 2000"}. */
    private String differences(String theirs) {
        try {
            JsonNode before = JSON.readTree(theirs);
            List<String> texts = new ArrayList<>();
            JSON.readTree(settings).properties().forEach(now -> {
                JsonNode was = before.path(now.getKey());
                if (!was.equals(now.getValue())) {
                    texts.add(now.getKey() + " " + was + ", now " + now.getValue());
                }
            });
            return texts.isEmpty() ? "its description is of another version" : String.join("; ", texts);
        } catch (JacksonException e) {
            return "they cannot be read";
        }
    }

    private Path checkpointFile() {
        return path.resolve("checkpoint.safetensors");
    }

    /**
     * Trains until all steps are taken or {@code stop} says so; a checkpoint is written in either case, but not where the
     * training diverged.
     *
     * @param listener hears of every step
     * @return whether all steps were taken
     */
    public boolean train(BooleanSupplier stop, Consumer<P> listener) {
        while (!training.done() && !stop.getAsBoolean()) {
            listener.accept(training.step());
            if (System.nanoTime() - lastCheckpoint > checkpointNanos) {
                checkpoint();
            }
        }
        checkpoint();
        return training.done();
    }

    /**
     * Writes the checkpoint: first beside the last one, then in its place.
     *
     * @throws IllegalStateException if the training's state is no longer finite; the last checkpoint is kept
     */
    public void checkpoint() {
        try (TorchScope _ = new TorchScope()) {
            Map<String, Tensor> state = training.named();
            state.forEach((name, tensor) -> {
                if (!tensor.allFinite()) {
                    throw Divergence.at(training.steps(), name + " holds values that are not finite", null);
                }
            });
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put("config", Sha256.of(settings));
            texts.put("settings", settings);
            texts.put("position", JSON.writeValueAsString(new Position(metrics.sync(), seconds())));
            SafetensorsFile.write(checkpointFile(), state, texts);
        }
        lastCheckpoint = System.nanoTime();
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - opened) / 1e9;
    }

    /** Logs scalars of one kind at the current step. */
    public void log(String kind, Map<String, Double> scalars) {
        metrics.add(kind, training.steps(), scalars);
    }

    /** Logs an evaluation at the current step. */
    public void log(Evaluation.Result result, EnvSpec spec) {
        log("evaluation", scalars("return", result.mean(), "score", spec.reference().normalise(result.mean())));
    }

    /** Two scalars in their order. */
    public static Map<String, Double> scalars(String name1, double value1, String name2, double value2) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put(name1, value1);
        scalars.put(name2, value2);
        return scalars;
    }

    /** Where the policy goes. */
    public Path policyFile() {
        return path.resolve("policy.safetensors");
    }

    /** Texts about the run for the header of the policy's file. */
    public Map<String, String> about(String algorithm, long seed) {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("algorithm", algorithm);
        about.put("seed", Long.toString(seed));
        about.put("steps", Long.toString(training.steps()));
        return about;
    }

    /**
     * Writes {@code result.json}.
     *
     * @param spec of the environment; null without one
     * @param evaluation in it; null without one
     * @param inputs SHA-256 of what was read, by name
     */
    public void writeResult(String algorithm, long seed, @Nullable EnvSpec spec, Evaluation.@Nullable Result evaluation,
            Map<String, String> inputs) {
        RunResult.of(algorithm, training.steps(), spec, evaluation, seconds(), record(algorithm, seed, inputs))
                .write(path.resolve("result.json"));
    }

    /**
     * Writes {@code result.json} of a transition model.
     *
     * @param errors on data kept apart, by name
     * @param inputs SHA-256 of what was read, by name
     */
    public void writeResult(String algorithm, long seed, Map<String, Double> errors, Map<String, String> inputs) {
        RunResult.ofModel(algorithm, training.steps(), errors, seconds(), record(algorithm, seed, inputs))
                .write(path.resolve("result.json"));
    }

    private RunRecord record(String algorithm, long seed, Map<String, String> inputs) {
        return RunResult.record("rl train " + algorithm, seed, JSON.readValue(settings, OBJECT), inputs);
    }

    /** The folder. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        metrics.close();
        training.close();
    }
}
