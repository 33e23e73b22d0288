package org.emfuse.rl.etm;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.emfuse.rl.train.RunFolder;

/**
 * Training a transition model of any kind in a folder: laid out, stopped and resumed as every training is; ends with
 * {@code model.safetensors}.
 *
 * @param <T> the training
 */
public final class ModelRun<T extends ModelTraining> implements AutoCloseable {

    private final T training;
    private final RunFolder<ModelTraining.Progress> folder;

    private ModelRun(T training, RunFolder<ModelTraining.Progress> folder) {
        this.training = training;
        this.folder = folder;
    }

    /**
     * Opens a run.
     *
     * @param folder which is made if it does not exist
     * @param training makes the training, which is closed with the run; not asked where the folder cannot be that of the run
     * @param resume whether to go on with what the folder holds; a folder without a run begins one
     * @param checkpointSeconds between checkpoints
     * @throws IllegalArgumentException if the folder holds a run and {@code resume} is not set, if its checkpoint is damaged or
     *             comes from other settings, or if the data does not fit the space
     */
    public static <T extends ModelTraining> ModelRun<T> open(Path folder, Supplier<T> training, boolean resume,
            double checkpointSeconds) {
        RunFolder.require(folder, resume);
        T made = training.get();
        Settings settings = new Settings(made.config(), made.name(), made.space().toString());
        return new ModelRun<>(made, RunFolder.open(folder, made, settings, resume, checkpointSeconds));
    }

    /** Everything that a model depends on: its training, and what is written into its file. */
    private record Settings(@JsonUnwrapped ModelConfig config, String name, String space) {}

    /**
     * Trains until all updates are made, nothing gets better any more, or {@code stop} says so; a checkpoint is written in any
     * case.
     *
     * @param listener hears of every update
     * @return whether the training is over
     * @throws IllegalStateException if it diverged; the last checkpoint is kept
     */
    public boolean train(BooleanSupplier stop, Consumer<ModelTraining.Progress> listener) {
        return folder.train(stop, progress -> {
            if (progress.steps() % RunFolder.LOG_EVERY == 0) {
                folder.log("update", progress.metrics());
            }
            PredictionError error = progress.error();
            if (error != null) {
                folder.log("hold-out", error.scalars());
            }
            listener.accept(progress);
        });
    }

    /**
     * Writes {@code model.safetensors} and {@code result.json}; to be called once the training is over.
     *
     * @return the error of the model on the data kept apart, which the result holds too
     */
    public PredictionError finish() {
        ModelConfig config = training.config();
        PredictionError error = training.bestErrorOnDataApart();
        Map<String, String> about = folder.about(config.kind(), config.seed());
        about.put("data", config.data());
        training.write(modelFile(), about);
        folder.writeResult(config.kind(), config.seed(), error.scalars(), Map.of("data", config.data()));
        return error;
    }

    /** Where the model goes. */
    public Path modelFile() {
        return folder.path().resolve("model.safetensors");
    }

    /** The training. */
    public T training() {
        return training;
    }

    @Override
    public void close() {
        folder.close();
    }
}
