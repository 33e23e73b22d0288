package org.emfuse.rl.train;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.policy.PolicySpace;
import org.emfuse.rl.sac.SacMetrics;

/**
 * Online training in a folder: metrics as they come, a checkpoint every minute and when it is stopped, the policy, its
 * evaluation and {@code result.json} at the end. A run that was stopped, or killed, goes on from its last checkpoint and ends
 * with the same bytes as one that was not.
 */
public final class OnlineRun implements AutoCloseable {

    private static final String ALGORITHM = "sac";

    private final OnlineTraining training;
    private final RunFolder<OnlineTraining.Progress> folder;

    private OnlineRun(OnlineTraining training, RunFolder<OnlineTraining.Progress> folder) {
        this.training = training;
        this.folder = folder;
    }

    /**
     * Opens a run.
     *
     * @param folder which is made if it does not exist
     * @param resume whether to go on with what the folder holds; a folder without a run begins one
     * @param checkpointSeconds between checkpoints
     * @throws IllegalArgumentException if the folder holds a run and {@code resume} is not set, or if its checkpoint is
     *             damaged or comes from other settings
     */
    public static OnlineRun open(Path folder, OnlineConfig config, boolean resume, double checkpointSeconds) {
        RunFolder.require(folder, resume);
        OnlineTraining training = new OnlineTraining(config);
        return new OnlineRun(training, RunFolder.open(folder, training, config, resume, checkpointSeconds));
    }

    /**
     * Trains until all steps are taken or {@code stop} says so; a checkpoint is written in either case.
     *
     * @param listener hears of every step
     * @return whether all steps were taken
     * @throws IllegalStateException if the training diverged; the last checkpoint is kept
     */
    public boolean train(BooleanSupplier stop, Consumer<OnlineTraining.Progress> listener) {
        return folder.train(stop, progress -> {
            log(progress);
            listener.accept(progress);
        });
    }

    private void log(OnlineTraining.Progress progress) {
        if (progress.episodeEnded()) {
            folder.log("episode",
                    RunFolder.scalars("return", progress.episodeReturn(), "length", (double) progress.episodeLength()));
        }
        SacMetrics update = progress.metrics();
        if (update != null && progress.steps() % RunFolder.LOG_EVERY == 0) {
            folder.log("update", update.named());
        }
        if (progress.steps() % training.config().evaluateEvery() == 0) {
            folder.log(evaluate(training.config().evaluationEpisodes()), training.spec());
        }
    }

    private Evaluation.Result evaluate(int episodes) {
        return Evaluation.run(training.policy(), training.config().env(), episodes, RunFolder.EVALUATION_SEED);
    }

    /** Writes the checkpoint: first beside the last one, then in its place. */
    public void checkpoint() {
        folder.checkpoint();
    }

    /**
     * Writes {@code policy.safetensors}, plays the final evaluation and writes {@code result.json}; to be called once all
     * steps are taken.
     */
    public Evaluation.Result finish() {
        OnlineConfig config = training.config();
        PolicyFile.write(folder.policyFile(), training.actor(), config.sac().hidden(),
                PolicySpace.of(training.spec()),
                folder.about(ALGORITHM, config.seed()));
        Evaluation.Result result = evaluate(config.finalEpisodes());
        folder.writeResult(ALGORITHM, config.seed(), training.spec(), result, Map.of());
        return result;
    }

    /** The training. */
    public OnlineTraining training() {
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
