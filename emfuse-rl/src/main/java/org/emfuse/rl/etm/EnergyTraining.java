package org.emfuse.rl.etm;

import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.emfuse.rl.train.Divergence;
import org.emfuse.rl.train.Training;
import org.jspecify.annotations.Nullable;

/**
 * Trains one domain's energy-based transition model: per update one length m, drawn uniformly from 1 … k, and a batch of slices
 * of that length (spec 05 §4). Every so often the error on data kept apart is measured; the best weights are kept, and training
 * stops early where they no longer change.
 */
public final class EnergyTraining implements Training<EnergyTraining.Progress> {

    /**
     * What an update did.
     *
     * @param steps updates so far
     * @param metrics of the update, by name
     * @param error measured after it; null mostly
     */
    public record Progress(long steps, Map<String, Double> metrics, @Nullable PredictionError error) {}

    private final EnergyConfig config;
    private final SliceData training;
    private final SliceData apart;
    private final TorchWorkers workers;
    private final LangevinSampler sampler;
    private final EnergyModel model;
    private final EnergyModel best;
    private final EnergyLearner learner;
    private final RandomStream batches;
    private long steps;
    private double bestError = Double.POSITIVE_INFINITY;
    private long sinceBest;

    /**
     * A new run.
     *
     * @param name of the model
     * @param threads that make negatives side by side; the result does not depend on them
     * @throws IllegalArgumentException if the data is empty, does not fit the space, or has no slices so long
     */
    public EnergyTraining(String name, EnergyConfig config, TransitionSpace space, Transitions data, int threads) {
        this(name, config, space, HoldOut.of(data, space, config.seed()), null, threads);
    }

    /**
     * A new run on a given division of the data.
     *
     * @param scales of the model's normaliser; null for those of the training data
     */
    public EnergyTraining(String name, EnergyConfig config, TransitionSpace space, HoldOut data,
            Normaliser.@Nullable Values scales, int threads) {
        this.config = config;
        int k = config.architecture().longest();
        this.training = new SliceData(data.training(), k);
        this.apart = new SliceData(data.apart(), k);
        this.workers = new TorchWorkers(threads);
        this.sampler = new LangevinSampler(workers);
        Normaliser.Values values = scales == null ? training.scales() : scales;
        this.model = new EnergyModel(name, space, config.architecture(), Normaliser.of(values),
                new TorchRandom(config.seed()));
        this.best = new EnergyModel(name, space, config.architecture(), Normaliser.of(values),
                new TorchRandom(config.seed()));
        this.learner = new EnergyLearner(config, model, workers);
        this.batches = RandomStream.of(config.seed(), "slices");
    }

    @Override
    public boolean done() {
        return steps >= config.updates() || sinceBest >= config.patience();
    }

    @Override
    public Progress step() {
        steps++;
        int m = 1 + batches.nextInt(config.architecture().longest());
        Map<String, Double> metrics;
        try (TorchScope _ = new TorchScope()) {
            SliceBatch batch = training.draw(m, config.batch(), batches);
            metrics = Divergence.checked(learner.update(batch, config.rate(steps)), steps);
        }
        boolean measure = steps % config.evaluateEvery() == 0 || steps == config.updates();
        return new Progress(steps, metrics, measure ? measure() : null);
    }

    private PredictionError measure() {
        PredictionError error = error(model);
        if (error.mean() < bestError) {
            bestError = error.mean();
            sinceBest = 0;
            best.parameters().copyFrom(model.parameters());
        } else {
            sinceBest++;
        }
        return error;
    }

    private PredictionError error(EnergyModel measured) {
        return PredictionError.of(measured, apart, config.prediction(), config.evaluationRows(), sampler);
    }

    /** The error of {@link #best} on the data kept apart. */
    public PredictionError bestErrorOnDataApart() {
        return error(best);
    }

    /** The model with the best weights so far; it belongs to the training. */
    public EnergyModel best() {
        return best;
    }

    /** The settings. */
    public EnergyConfig config() {
        return config;
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public Map<String, Tensor> named() {
        Map<String, Tensor> named = new LinkedHashMap<>(model.parameters().named("model."));
        named.putAll(best.parameters().named("best."));
        named.putAll(learner.named("learner."));
        named.put("steps", Tensors.of(new long[]{steps, sinceBest}, 2));
        // No infinities in checkpoints: before the first measurement there is no best error.
        named.put("error", Tensors.of(new double[]{Double.isInfinite(bestError) ? -1 : bestError}, 1));
        named.put("random.slices", Tensors.of(batches.state()));
        return named;
    }

    @Override
    public void load(SafetensorsFile file) {
        try (TorchScope _ = new TorchScope()) {
            model.parameters().load(file, "model.");
            best.parameters().load(file, "best.");
            learner.load(file, "learner.");
            double[] counts = file.tensor("steps", 2).toDoubles();
            steps = (long) counts[0];
            sinceBest = (long) counts[1];
            double error = file.tensor("error", 1).item();
            bestError = error < 0 ? Double.POSITIVE_INFINITY : error;
            batches.restore(file.tensor("random.slices").toBytes());
        }
    }

    @Override
    public void close() {
        learner.close();
        model.close();
        best.close();
        workers.close();
    }
}
