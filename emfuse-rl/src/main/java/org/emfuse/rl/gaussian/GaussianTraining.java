package org.emfuse.rl.gaussian;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.etm.HoldOut;
import org.emfuse.rl.etm.ModelTraining;
import org.emfuse.rl.etm.Normaliser;
import org.emfuse.rl.etm.PredictionError;
import org.emfuse.rl.etm.SliceBatch;
import org.emfuse.rl.etm.SliceData;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Adam;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.jspecify.annotations.Nullable;

/**
 * Trains a Gaussian transition model by its likelihood. Each member learns from slices of a sample of its own of the data, drawn
 * with replacement, and keeps its own best weights.
 */
public final class GaussianTraining extends ModelTraining {

    private final GaussianConfig config;
    /** Slices of length 1 that each member may see; empty where there is one member, which sees all. */
    private final int[][] samples;
    private final GaussianModel model;
    private final GaussianModel best;
    private final Adam adam;
    private final TorchRandom noise;

    /**
     * A new run.
     *
     * @param name of the model
     * @throws IllegalArgumentException if the data is empty, does not fit the space, or has no slices so long
     */
    public GaussianTraining(String name, GaussianConfig config, TransitionSpace space, Transitions data) {
        this(name, config, space, HoldOut.of(data, space, config.longest(), config.seed()), null);
    }

    /**
     * A new run on a given division of the data.
     *
     * @param scales of the model's normaliser; null for those of the training data
     */
    public GaussianTraining(String name, GaussianConfig config, TransitionSpace space, HoldOut data,
            Normaliser.@Nullable Values scales) {
        super(config, data);
        this.config = config;
        this.samples = config.architecture().members() == 1 ? new int[0][] : samples();
        Normaliser.Values values = scales == null ? scales(trainingData()) : scales;
        this.model = new GaussianModel(name, space, config.architecture(), Normaliser.of(values),
                new TorchRandom(config.seed()));
        this.best = new GaussianModel(name, space, config.architecture(), Normaliser.of(values),
                new TorchRandom(config.seed()));
        this.adam = new Adam(model.parameters(), config.rate(), config::decayOf);
        this.noise = new TorchRandom(RandomStream.of(config.seed(), "noise").nextLong());
    }

    private int[][] samples() {
        RandomStream random = RandomStream.of(config.seed(), "samples");
        int n = trainingData().count(1);
        return IntStream.range(0, config.architecture().members())
                .mapToObj(_ -> IntStream.range(0, n).map(_ -> random.nextInt(n)).toArray()).toArray(int[][]::new);
    }

    /** Scales that standardise targets of each length as well as states and actions (docs/decisions/0022). */
    public static Normaliser.Values scales(SliceData data) {
        Normaliser.Values scales = data.scales();
        double[][] deviations = IntStream.rangeClosed(1, data.longest()).mapToObj(data::spreadOfTargets)
                .toArray(double[][]::new);
        return new Normaliser.Values(scales.stateMean(), scales.stateDeviation(), scales.actionMean(),
                scales.actionDeviation(), deviations, scales.targetMean());
    }

    @Override
    protected Map<String, Double> update(int m, long update) {
        GaussianModel.Losses losses = model.losses(draw(m), noise);
        adam.step(model.parameters().gradient(losses.total()));
        return losses.measured();
    }

    private SliceBatch draw(int m) {
        RandomStream batches = batches();
        if (samples.length == 0) {
            return trainingData().draw(m, config.batch(), batches);
        }
        return trainingData().numbered(m, Arrays.stream(samples)
                .flatMapToInt(own -> IntStream.range(0, config.batch()).map(_ -> own[batches.nextInt(own.length)]))
                .toArray());
    }

    @Override
    protected Measured measure() {
        double[] now = squareErrors();
        boolean better = false;
        for (int i = 0; i < now.length; i++) {
            model.error(i, now[i]);
            if (now[i] < best.errors()[i]) {
                best.error(i, now[i]);
                best.copyMember(model, i);
                better = true;
            }
        }
        return new Measured(error(model), better);
    }

    /** Of each member, averaged over lengths. */
    private double[] squareErrors() {
        double[] errors = new double[config.architecture().members()];
        try (TorchScope _ = new TorchScope()) {
            for (int m = 1; m <= dataApart().longest(); m++) {
                double[] ofLength = model.squareErrors(dataApart().spread(m, config.evaluationRows()));
                for (int i = 0; i < errors.length; i++) {
                    errors[i] += ofLength[i] / dataApart().longest();
                }
            }
        }
        return errors;
    }

    private PredictionError error(GaussianModel measured) {
        return PredictionError.of(config.longest(), dataApart(), config.evaluationRows(), measured::mean);
    }

    @Override
    public PredictionError bestErrorOnDataApart() {
        return error(best);
    }

    /** The model with each member's best weights so far; it belongs to the training. */
    public GaussianModel best() {
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
        GaussianModelFile.write(path, best, about);
    }

    @Override
    public GaussianConfig config() {
        return config;
    }

    @Override
    protected Map<String, Tensor> weights() {
        Map<String, Tensor> named = new LinkedHashMap<>(model.parameters().named("model."));
        named.putAll(best.parameters().named("best."));
        named.putAll(adam.named("adam."));
        named.put("errors.now", errors(model));
        named.put("errors.best", errors(best));
        named.put("random.noise", noise.state());
        return named;
    }

    private static Tensor errors(GaussianModel model) {
        double[] errors = Arrays.stream(model.errors()).map(ModelTraining::written).toArray();
        return Tensors.of(errors, errors.length);
    }

    @Override
    protected void loadWeights(SafetensorsFile file) {
        model.parameters().load(file, "model.");
        best.parameters().load(file, "best.");
        adam.load(file, "adam.");
        loadErrors(file, "errors.now", model);
        loadErrors(file, "errors.best", best);
        noise.restore(file.tensor("random.noise"));
    }

    private static void loadErrors(SafetensorsFile file, String name, GaussianModel model) {
        double[] errors = file.tensor(name, model.architecture().members()).toDoubles();
        for (int i = 0; i < errors.length; i++) {
            model.error(i, read(errors[i]));
        }
    }

    @Override
    public void close() {
        adam.close();
        model.close();
        best.close();
    }
}
