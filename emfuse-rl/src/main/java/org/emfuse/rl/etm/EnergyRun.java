package org.emfuse.rl.etm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.train.RunFolder;

/** Training a transition model in a folder: laid out, stopped and resumed as every training is; ends with {@code model.safetensors}. */
public final class EnergyRun implements AutoCloseable {

    private final EnergyTraining training;
    private final RunFolder<EnergyTraining.Progress> folder;

    private EnergyRun(EnergyTraining training, RunFolder<EnergyTraining.Progress> folder) {
        this.training = training;
        this.folder = folder;
    }

    /**
     * Opens a run.
     *
     * @param folder which is made if it does not exist
     * @param name of the model
     * @param data whose content hash the settings hold
     * @param threads that make negatives side by side; the result does not depend on them
     * @param resume whether to go on with what the folder holds; a folder without a run begins one
     * @param checkpointSeconds between checkpoints
     * @throws IllegalArgumentException if the folder holds a run and {@code resume} is not set, if its checkpoint is damaged or
     *             comes from other settings, or if the data does not fit the space
     */
    public static EnergyRun open(Path folder, String name, EnergyConfig config, TransitionSpace space,
            Transitions data, int threads, boolean resume, double checkpointSeconds) {
        RunFolder.require(folder, resume);
        return of(folder, new EnergyTraining(name, config, space, data, threads), resume, checkpointSeconds);
    }

    /** Opens a run of a training made by the caller, which is closed with the run. */
    public static EnergyRun of(Path folder, EnergyTraining training, boolean resume, double checkpointSeconds) {
        return new EnergyRun(training,
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
    public boolean train(BooleanSupplier stop, Consumer<EnergyTraining.Progress> listener) {
        return folder.train(stop, progress -> {
            if (progress.steps() % RunFolder.LOG_EVERY == 0) {
                folder.log("update", progress.metrics());
            }
            PredictionError error = progress.error();
            if (error != null) {
                folder.log("hold-out", scalars(error));
            }
            listener.accept(progress);
        });
    }

    private static Map<String, Double> scalars(PredictionError error) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("mean", error.mean());
        scalars.put("worst_state", error.worstState());
        scalars.put("reward", error.reward());
        scalars.put("near_reach", error.nearReach());
        scalars.put("at_box", error.atBox());
        return scalars;
    }

    /** Writes {@code model.safetensors} and {@code result.json}; to be called once the training is over. */
    public PredictionError finish() {
        EnergyConfig config = training.config();
        PredictionError error = training.bestErrorOnDataApart();
        Map<String, String> about = folder.about("etm", config.seed());
        about.put("data", config.data());
        EnergyModelFile.write(modelFile(), training.best(), about);
        folder.writeResult("etm", config.seed(), null, null, Map.of("data", config.data()));
        return error;
    }

    /** Where the model goes. */
    public Path modelFile() {
        return folder.path().resolve("model.safetensors");
    }

    /** The training. */
    public EnergyTraining training() {
        return training;
    }

    @Override
    public void close() {
        folder.close();
    }
}
