package org.emfuse.rl.gaussian;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.etm.PredictionError;
import org.emfuse.rl.train.RunFolder;

/**
 * Training a Gaussian transition model in a folder: laid out, stopped and resumed as every training is; ends with
 * {@code model.safetensors}.
 */
public final class GaussianRun implements AutoCloseable {

    private final GaussianTraining training;
    private final RunFolder<GaussianTraining.Progress> folder;

    private GaussianRun(GaussianTraining training, RunFolder<GaussianTraining.Progress> folder) {
        this.training = training;
        this.folder = folder;
    }

    /**
     * Opens a run.
     *
     * @param folder which is made if it does not exist
     * @param name of the model
     * @param data whose content hash the settings hold
     * @param resume whether to go on with what the folder holds; a folder without a run begins one
     * @param checkpointSeconds between checkpoints
     * @throws IllegalArgumentException if the folder holds a run and {@code resume} is not set, if its checkpoint is damaged or
     *             comes from other settings, or if the data does not fit the space
     */
    public static GaussianRun open(Path folder, String name, GaussianConfig config, TransitionSpace space,
            Transitions data, boolean resume, double checkpointSeconds) {
        RunFolder.require(folder, resume);
        return of(folder, new GaussianTraining(name, config, space, data), resume, checkpointSeconds);
    }

    /** Opens a run of a training made by the caller, which is closed with the run. */
    public static GaussianRun of(Path folder, GaussianTraining training, boolean resume, double checkpointSeconds) {
        return new GaussianRun(training,
                RunFolder.open(folder, training, training.config(), resume, checkpointSeconds));
    }

    /**
     * Trains until all updates are made, nothing gets better any more, or {@code stop} says so; a checkpoint is written in any
     * case.
     *
     * @param listener hears of every update
     * @return whether the training is over
     * @throws IllegalStateException if it diverged; the last checkpoint is kept
     */
    public boolean train(BooleanSupplier stop, Consumer<GaussianTraining.Progress> listener) {
        return folder.train(stop, progress -> {
            if (progress.steps() % RunFolder.LOG_EVERY == 0) {
                folder.log("update", progress.metrics());
            }
            PredictionError error = progress.error();
            if (error != null) {
                Map<String, Double> scalars = RunFolder.scalars("mean", error.mean(), "worst_state",
                        error.worstState());
                scalars.put("reward", error.reward());
                folder.log("hold-out", scalars);
            }
            listener.accept(progress);
        });
    }

    /** Writes {@code model.safetensors} and {@code result.json}; to be called once the training is over. */
    public PredictionError finish() {
        GaussianConfig config = training.config();
        String algorithm = config.architecture().kind().id();
        PredictionError error = training.bestErrorOnDataApart();
        Map<String, String> about = folder.about(algorithm, config.seed());
        about.put("data", config.data());
        GaussianModelFile.write(modelFile(), training.best(), about);
        folder.writeResult(algorithm, config.seed(), null, null, Map.of("data", config.data()));
        return error;
    }

    /** Where the model goes. */
    public Path modelFile() {
        return folder.path().resolve("model.safetensors");
    }

    /** The training. */
    public GaussianTraining training() {
        return training;
    }

    @Override
    public void close() {
        folder.close();
    }
}
