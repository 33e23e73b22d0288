package org.emfuse.rl.train;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.policy.PolicyFile;

/**
 * Learning from stored data in a folder, laid out and resumed as {@link OnlineRun}'s. Without an environment only losses are
 * logged, and the policy is written all the same.
 */
public final class OfflineRun implements AutoCloseable {

    private final OfflineTraining training;
    private final RunFolder<OfflineTraining.Progress> folder;

    private OfflineRun(OfflineTraining training, RunFolder<OfflineTraining.Progress> folder) {
        this.training = training;
        this.folder = folder;
    }

    /**
     * Opens a run.
     *
     * @param folder which is made if it does not exist
     * @param data whose content hash the settings hold
     * @param resume whether to go on with what the folder holds; a folder without a run begins one
     * @param checkpointSeconds between checkpoints
     * @throws IllegalArgumentException if the folder holds a run and {@code resume} is not set, if its checkpoint is damaged
     *             or comes from other settings, or if the data does not fit the environment
     */
    public static OfflineRun open(Path folder, OfflineConfig config, Transitions data, boolean resume,
            double checkpointSeconds) {
        RunFolder.require(folder, resume);
        OfflineTraining training = new OfflineTraining(config, data);
        return new OfflineRun(training, RunFolder.open(folder, training, config, resume, checkpointSeconds));
    }

    /**
     * Trains until all steps are taken or {@code stop} says so; a checkpoint is written in either case.
     *
     * @param listener hears of every step
     * @return whether all steps were taken
     * @throws IllegalStateException if the training diverged; the last checkpoint is kept
     */
    public boolean train(BooleanSupplier stop, Consumer<OfflineTraining.Progress> listener) {
        return folder.train(stop, progress -> {
            log(progress);
            listener.accept(progress);
        });
    }

    private void log(OfflineTraining.Progress progress) {
        if (progress.steps() % RunFolder.LOG_EVERY == 0) {
            folder.log("update", progress.metrics());
        }
        EnvSpec spec = training.spec();
        if (spec != null && progress.steps() % training.config().evaluateEvery() == 0) {
            try (GaussianActor policy = training.policy()) {
                folder.log(evaluate(policy, spec, training.config().evaluationEpisodes()), spec);
            }
        }
    }

    private static Evaluation.Result evaluate(GaussianActor policy, EnvSpec spec, int episodes) {
        return Evaluation.run(ActorPolicy.deterministic(policy), spec.id(), episodes, RunFolder.EVALUATION_SEED);
    }

    /** Writes the checkpoint: first beside the last one, then in its place. */
    public void checkpoint() {
        folder.checkpoint();
    }

    /**
     * Writes {@code policy.safetensors}, plays the final evaluation where there is an environment, and writes
     * {@code result.json}; to be called once all steps are taken.
     */
    public Optional<Evaluation.Result> finish() {
        OfflineConfig config = training.config();
        String algorithm = config.algorithm().id();
        EnvSpec spec = training.spec();
        try (GaussianActor policy = training.policy()) {
            Map<String, String> about = folder.about(algorithm, config.seed());
            about.put("data", config.data());
            PolicyFile.write(folder.policyFile(), policy, config.hidden(), training.space(), about);
            Evaluation.Result result = spec == null ? null : evaluate(policy, spec, config.finalEpisodes());
            folder.writeResult(algorithm, config.seed(), spec, result, Map.of("data", config.data()));
            return Optional.ofNullable(result);
        }
    }

    /** The training. */
    public OfflineTraining training() {
        return training;
    }

    /** The folder. */
    public Path folder() {
        return folder.path();
    }

    @Override
    public void close() {
        folder.close();
    }
}
