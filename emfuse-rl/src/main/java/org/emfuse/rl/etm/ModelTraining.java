package org.emfuse.rl.etm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.train.Divergence;
import org.emfuse.rl.train.Training;
import org.jspecify.annotations.Nullable;

/**
 * Training of a transition model, whatever its kind. Per update one length m, drawn uniformly from 1 … k. Every so often the error
 * on data kept apart is measured; the best weights are kept, and training stops early where nothing gets better.
 */
public abstract class ModelTraining implements Training<ModelTraining.Progress> {

    /**
     * What an update did.
     *
     * @param steps updates so far
     * @param metrics of the update, by name
     * @param error measured after it; null mostly
     */
    public record Progress(long steps, Map<String, Double> metrics, @Nullable PredictionError error) {}

    /**
     * The weights so far on data kept apart.
     *
     * @param better whether they are better than all before, in whole or in part
     */
    public record Measured(PredictionError error, boolean better) {}

    private final ModelConfig config;
    private final SliceData training;
    private final SliceData apart;
    private final RandomStream batches;
    private long steps;
    private long sinceBest;

    /**
     * A new training.
     *
     * @throws IllegalArgumentException if the data has no slices so long
     */
    protected ModelTraining(ModelConfig config, HoldOut data) {
        this.config = config;
        this.training = new SliceData(data.training(), config.longest());
        this.apart = new SliceData(data.apart(), config.longest());
        this.batches = RandomStream.of(config.seed(), "slices");
    }

    /**
     * Makes an update; tensors belong to the current scope.
     *
     * @param m length of the slices to learn from
     * @param update its number, from 1
     * @return metrics by name
     */
    protected abstract Map<String, Double> update(int m, long update);

    /** Measures the weights so far, and keeps what of them is better than before. */
    protected abstract Measured measure();

    /** The state of model, best model and optimisers for a checkpoint, in a fixed order. */
    protected abstract Map<String, Tensor> weights();

    /** Reads what {@link #weights} wrote; tensors belong to the current scope. */
    protected abstract void loadWeights(SafetensorsFile file);

    /** The error of the best weights on the data kept apart. */
    public abstract PredictionError bestErrorOnDataApart();

    /** The model's name, for messages and tables. */
    public abstract String name();

    /** What the model speaks of. */
    public abstract TransitionSpace space();

    /**
     * Writes the model with the best weights.
     *
     * @param about further texts for the header
     */
    public abstract void write(Path path, Map<String, String> about);

    @Override
    public final boolean done() {
        return steps >= config.updates() || sinceBest >= config.patience();
    }

    @Override
    public final Progress step() {
        steps++;
        int m = 1 + batches.nextInt(config.longest());
        Map<String, Double> metrics;
        try (TorchScope _ = new TorchScope()) {
            metrics = Divergence.checked(update(m, steps), steps);
        }
        if (steps % config.evaluateEvery() != 0 && steps != config.updates()) {
            return new Progress(steps, metrics, null);
        }
        Measured measured = measure();
        sinceBest = measured.better ? 0 : sinceBest + 1;
        return new Progress(steps, metrics, measured.error);
    }

    /** Whether it is over before all updates were made, because nothing got better any more. */
    public final boolean stoppedEarly() {
        return done() && steps < config.updates();
    }

    /** What is trained on. */
    protected final SliceData trainingData() {
        return training;
    }

    /** What is not. */
    protected final SliceData dataApart() {
        return apart;
    }

    /** Draws slices. */
    protected final RandomStream batches() {
        return batches;
    }

    /** The settings. */
    public ModelConfig config() {
        return config;
    }

    @Override
    public final long steps() {
        return steps;
    }

    @Override
    public final Map<String, Tensor> named() {
        Map<String, Tensor> named = new LinkedHashMap<>(weights());
        named.put("steps", Tensors.of(new long[]{steps, sinceBest}, 2));
        named.put("random.slices", Tensors.of(batches.state()));
        return named;
    }

    @Override
    public final void load(SafetensorsFile file) {
        try (TorchScope _ = new TorchScope()) {
            loadWeights(file);
            double[] counts = file.tensor("steps", 2).toDoubles();
            steps = (long) counts[0];
            sinceBest = (long) counts[1];
            batches.restore(file.tensor("random.slices").toBytes());
        }
    }

    /** An error as a checkpoint holds it, where nothing is infinite: -1 before the first measurement. */
    protected static double written(double error) {
        return Double.isInfinite(error) ? -1 : error;
    }

    /** The error that a checkpoint's number stands for. */
    protected static double read(double written) {
        return written < 0 ? Double.POSITIVE_INFINITY : written;
    }
}
