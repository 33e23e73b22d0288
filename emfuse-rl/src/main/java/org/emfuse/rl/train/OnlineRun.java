package org.emfuse.rl.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.record.Sha256;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.sac.SacMetrics;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.TorchScope;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A training run in a folder: metrics as they come, a checkpoint every minute and when it is stopped, the policy and its
 * evaluation at the end. A run that was stopped, or killed, goes on from its last checkpoint and ends with the same bytes as
 * one that was not.
 */
public final class OnlineRun implements AutoCloseable {

    /** Steps between logged updates. */
    private static final int LOG_EVERY = 100;
    /** Evaluation episodes start with seeds from here on, the same for every run. */
    private static final long EVALUATION_SEED = 1_000_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final OnlineTraining training;
    private final MetricsLog metrics;
    private final long checkpointNanos;
    private long lastCheckpoint = System.nanoTime();

    private OnlineRun(Path folder, OnlineTraining training, MetricsLog metrics, long checkpointNanos) {
        this.folder = folder;
        this.training = training;
        this.metrics = metrics;
        this.checkpointNanos = checkpointNanos;
    }

    /**
     * Opens a run.
     *
     * @param folder which is made if it does not exist
     * @param resume whether to go on from a checkpoint in it
     * @param checkpointSeconds between checkpoints
     * @throws IllegalArgumentException if the folder holds a run and {@code resume} is not set, or the other way round, or
     *             if the checkpoint comes from other settings
     */
    public static OnlineRun open(Path folder, OnlineConfig config, boolean resume, double checkpointSeconds) {
        Path checkpoint = folder.resolve("checkpoint.safetensors");
        boolean begun = Files.exists(checkpoint) || Files.exists(folder.resolve("metrics.jsonl"));
        if (begun && !resume) {
            throw new IllegalArgumentException("the folder " + folder
                    + " already holds a run; add --resume to go on with it, or name another folder");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be made", e);
        }
        OnlineTraining training = new OnlineTraining(config);
        try {
            MetricsLog.Position position = Files.exists(checkpoint)
                    ? restore(training, checkpoint)
                    : MetricsLog.Position.START;
            MetricsLog metrics = MetricsLog.open(folder, position);
            return new OnlineRun(folder, training, metrics, (long) (checkpointSeconds * 1e9));
        } catch (RuntimeException e) {
            training.close();
            throw e;
        }
    }

    private static MetricsLog.Position restore(OnlineTraining training, Path checkpoint) {
        SafetensorsFile file = SafetensorsFile.open(checkpoint);
        String expected = hash(training.config());
        String found = file.metadata().getOrDefault("config", "");
        if (!found.equals(expected)) {
            throw new IllegalArgumentException("the checkpoint " + checkpoint + " comes from other settings ("
                    + file.metadata().getOrDefault("settings", "unknown") + ") than these ("
                    + settings(training.config())
                    + "); give the same ones, or begin in another folder");
        }
        training.load(file);
        try {
            Map<String, Long> position = JSON.readValue(file.metadata().getOrDefault("position", "{}"),
                    new TypeReference<>() {
                    });
            return new MetricsLog.Position(position.getOrDefault("lines", 0L), position.getOrDefault("events", 0L));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the checkpoint " + checkpoint + " does not say where its metrics end",
                    e);
        }
    }

    private static String settings(OnlineConfig config) {
        return JSON.writeValueAsString(config);
    }

    private static String hash(OnlineConfig config) {
        return Sha256.of(settings(config));
    }

    /**
     * Trains until all steps are taken or {@code stop} says so; a checkpoint is written in either case.
     *
     * @param listener hears of every step
     * @return whether all steps were taken
     */
    public boolean train(BooleanSupplier stop, Consumer<OnlineTraining.Progress> listener) {
        while (!training.done() && !stop.getAsBoolean()) {
            OnlineTraining.Progress progress = training.step();
            log(progress);
            listener.accept(progress);
            if (System.nanoTime() - lastCheckpoint > checkpointNanos) {
                checkpoint();
            }
        }
        checkpoint();
        return training.done();
    }

    private void log(OnlineTraining.Progress progress) {
        long step = progress.steps();
        if (progress.episodeEnded()) {
            metrics.add("episode", step,
                    scalars("return", progress.episodeReturn(), "length", (double) progress.episodeLength()));
        }
        SacMetrics update = progress.metrics();
        if (update != null && step % LOG_EVERY == 0) {
            Map<String, Double> scalars = scalars("critic_loss", update.criticLoss(), "actor_loss", update.actorLoss());
            scalars.put("value", update.value());
            scalars.put("entropy", update.entropy());
            scalars.put("temperature", update.temperature());
            metrics.add("update", step, scalars);
        }
        if (step % training.config().evaluateEvery() == 0) {
            Evaluation.Result result = evaluate(training.config().evaluationEpisodes());
            double mean = Arrays.stream(result.returns()).average().orElseThrow();
            metrics.add("evaluation", step,
                    scalars("return", mean, "score", training.spec().reference().normalise(mean)));
        }
    }

    private static Map<String, Double> scalars(String name1, double value1, String name2, double value2) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put(name1, value1);
        scalars.put(name2, value2);
        return scalars;
    }

    private Evaluation.Result evaluate(int episodes) {
        return Evaluation.run(training.policy(), training.config().env(), episodes, EVALUATION_SEED);
    }

    /** Writes the checkpoint: first beside the last one, then in its place. */
    public void checkpoint() {
        MetricsLog.Position position = metrics.position();
        try (TorchScope _ = new TorchScope()) {
            SafetensorsFile.write(folder.resolve("checkpoint.safetensors"), training.named(),
                    Map.of("config", hash(training.config()), "settings", settings(training.config()), "position",
                            JSON.writeValueAsString(Map.of("lines", position.lines(), "events", position.events()))));
        }
        lastCheckpoint = System.nanoTime();
    }

    /** Plays the final evaluation and writes {@code policy.safetensors}; to be called once all steps are taken. */
    public Evaluation.Result finish() {
        OnlineConfig config = training.config();
        PolicyFile.write(folder.resolve("policy.safetensors"), training.actor(), config.sac().hidden(), training.spec(),
                Map.of("algorithm", "sac", "seed", Long.toString(config.seed()), "steps",
                        Long.toString(training.steps())));
        return evaluate(config.finalEpisodes());
    }

    /** The training. */
    public OnlineTraining training() {
        return training;
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        metrics.close();
        training.close();
    }
}
