package org.emfuse.rl.etm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchWorkers;
import org.jspecify.annotations.Nullable;

/** Trains one domain's energy-based transition model (spec 05 §4). */
public final class EnergyTraining extends ModelTraining {

    private final EnergyConfig config;
    private final TorchWorkers workers;
    private final LangevinSampler sampler;
    private final EnergyModel model;
    private final EnergyModel best;
    private final EnergyLearner learner;
    private double bestError = Double.POSITIVE_INFINITY;

    /**
     * A new run.
     *
     * @param name of the model
     * @param threads that make negatives side by side; the result does not depend on them
     * @throws IllegalArgumentException if the data is empty, does not fit the space, or has no slices so long
     */
    public EnergyTraining(String name, EnergyConfig config, TransitionSpace space, Transitions data, int threads) {
        this(name, config, space, HoldOut.of(data, space, config.longest(), config.seed()), null, threads);
    }

    /**
     * A new run on a given division of the data.
     *
     * @param scales of the model's normaliser; null for those of the training data
     */
    public EnergyTraining(String name, EnergyConfig config, TransitionSpace space, HoldOut data,
            Normaliser.@Nullable Values scales, int threads) {
        super(config, data);
        this.config = config;
        this.workers = new TorchWorkers(threads);
        this.sampler = new LangevinSampler(workers);
        Normaliser.Values values = scales == null ? trainingData().scales() : scales;
        this.model = new EnergyModel(name, space, config.architecture(), Normaliser.of(values),
                new TorchRandom(config.seed()));
        this.best = new EnergyModel(name, space, config.architecture(), Normaliser.of(values),
                new TorchRandom(config.seed()));
        this.learner = new EnergyLearner(config, model, workers);
    }

    @Override
    protected Map<String, Double> update(int m, long update) {
        return learner.update(trainingData().draw(m, config.batch(), batches()), config.rate(update));
    }

    @Override
    protected Measured measure() {
        PredictionError error = error(model);
        boolean better = error.mean() < bestError;
        if (better) {
            bestError = error.mean();
            best.parameters().copyFrom(model.parameters());
        }
        return new Measured(error, better);
    }

    private PredictionError error(EnergyModel measured) {
        return PredictionError.of(measured, dataApart(), config.prediction(), config.evaluationRows(), sampler);
    }

    @Override
    public PredictionError bestErrorOnDataApart() {
        return error(best);
    }

    /** The model with the best weights so far; it belongs to the training. */
    public EnergyModel best() {
        return best;
    }

    @Override
    public String name() {
        return best.name();
    }

    @Override
    public TransitionSpace space() {
        return best.space();
    }

    @Override
    public void write(Path path, Map<String, String> about) {
        best.beta(Calibration.beta(best, dataApart(), config.prediction(), config.evaluationRows(), sampler,
                config.seed()));
        EnergyModelFile.write(path, best, about);
    }

    @Override
    public EnergyConfig config() {
        return config;
    }

    @Override
    protected Map<String, Tensor> weights() {
        Map<String, Tensor> named = new LinkedHashMap<>(model.parameters().named("model."));
        named.putAll(best.parameters().named("best."));
        named.putAll(learner.named("learner."));
        named.put("error", Tensors.of(new double[]{written(bestError)}, 1));
        return named;
    }

    @Override
    protected void loadWeights(SafetensorsFile file) {
        model.parameters().load(file, "model.");
        best.parameters().load(file, "best.");
        learner.load(file, "learner.");
        bestError = read(file.tensor("error", 1).item());
    }

    @Override
    public void close() {
        learner.close();
        model.close();
        best.close();
        workers.close();
    }
}
