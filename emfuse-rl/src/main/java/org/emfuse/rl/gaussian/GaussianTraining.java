package org.emfuse.rl.gaussian;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.etm.HoldOut;
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
import org.emfuse.rl.train.Divergence;
import org.emfuse.rl.train.Training;
import org.jspecify.annotations.Nullable;

/**
 * Trains a Gaussian transition model by its likelihood. Per update one length m, drawn uniformly from 1 … k, and for each member a
 * batch of slices of that length from a sample of its own of the data, drawn with replacement. Every so often errors on data kept
 * apart are measured; each member's best weights are kept, and training stops early where none gets better.
 */
public final class GaussianTraining implements Training<GaussianTraining.Progress> {

    /**
     * What an update did.
     *
     * @param steps updates so far
     * @param metrics of the update, by name
     * @param error measured after it, of the elites' average; null mostly
     */
    public record Progress(long steps, Map<String, Double> metrics, @Nullable PredictionError error) {}

    private final GaussianConfig config;
    private final SliceData training;
    private final SliceData apart;
    /** Slices of length 1 that each member may see; empty where there is one member, which sees all. */
    private final int[][] samples;
    private final GaussianModel model;
    private final GaussianModel best;
    private final Adam adam;
    private final RandomStream batches;
    private final TorchRandom noise;
    private long steps;
    private long sinceBest;

    /**
     * A new run.
     *
     * @param name of the model
     * @throws IllegalArgumentException if the data is empty, does not fit the space, or has no slices so long
     */
    public GaussianTraining(String name, GaussianConfig config, TransitionSpace space, Transitions data) {
        this(name, config, space, HoldOut.of(data, space, config.seed()), null);
    }

    /**
     * A new run on a given division of the data.
     *
     * @param scales of the model's normaliser; null for those of the training data
     */
    public GaussianTraining(String name, GaussianConfig config, TransitionSpace space, HoldOut data,
            Normaliser.@Nullable Values scales) {
        this.config = config;
        int k = config.architecture().longest();
        this.training = new SliceData(data.training(), k);
        this.apart = new SliceData(data.apart(), k);
        this.samples = config.architecture().members() == 1 ? new int[0][] : samples();
        Normaliser.Values values = scales == null ? scales(training) : scales;
        this.model = new GaussianModel(name, space, config.architecture(), Normaliser.of(values),
                new TorchRandom(config.seed()));
        this.best = new GaussianModel(name, space, config.architecture(), Normaliser.of(values),
                new TorchRandom(config.seed()));
        this.adam = new Adam(model.parameters(), config.rate(), config::decayOf);
        this.batches = RandomStream.of(config.seed(), "slices");
        this.noise = new TorchRandom(RandomStream.of(config.seed(), "noise").nextLong());
    }

    private int[][] samples() {
        RandomStream random = RandomStream.of(config.seed(), "samples");
        int n = training.count(1);
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
    public boolean done() {
        return steps >= config.updates() || sinceBest >= config.patience();
    }

    @Override
    public Progress step() {
        steps++;
        Map<String, Double> metrics;
        try (TorchScope _ = new TorchScope()) {
            GaussianModel.Losses losses = model.losses(draw(), noise);
            metrics = Divergence.checked(losses.measured(), steps);
            adam.step(model.parameters().gradient(losses.total()));
        }
        boolean measure = steps % config.evaluateEvery() == 0 || steps == config.updates();
        return new Progress(steps, metrics, measure ? measure() : null);
    }

    private SliceBatch draw() {
        int m = 1 + batches.nextInt(config.architecture().longest());
        if (samples.length == 0) {
            return training.draw(m, config.batch(), batches);
        }
        return training.numbered(m, Arrays.stream(samples)
                .flatMapToInt(own -> IntStream.range(0, config.batch()).map(_ -> own[batches.nextInt(own.length)]))
                .toArray());
    }

    private PredictionError measure() {
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
        sinceBest = better ? 0 : sinceBest + 1;
        return error(model);
    }

    /** Of each member, averaged over lengths. */
    private double[] squareErrors() {
        double[] errors = new double[config.architecture().members()];
        try (TorchScope _ = new TorchScope()) {
            for (int m = 1; m <= apart.longest(); m++) {
                double[] ofLength = model.squareErrors(apart.spread(m, config.evaluationRows()));
                for (int i = 0; i < errors.length; i++) {
                    errors[i] += ofLength[i] / apart.longest();
                }
            }
        }
        return errors;
    }

    private PredictionError error(GaussianModel measured) {
        return PredictionError.of(config.architecture().longest(), apart, config.evaluationRows(), measured::mean);
    }

    /** The error of {@link #best} on the data kept apart. */
    public PredictionError bestErrorOnDataApart() {
        return error(best);
    }

    /** The model with each member's best weights so far; it belongs to the training. */
    public GaussianModel best() {
        return best;
    }

    /** The settings. */
    public GaussianConfig config() {
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
        named.putAll(adam.named("adam."));
        named.put("steps", Tensors.of(new long[]{steps, sinceBest}, 2));
        named.put("errors.now", written(model));
        named.put("errors.best", written(best));
        named.put("random.slices", Tensors.of(batches.state()));
        named.put("random.noise", noise.state());
        return named;
    }

    /** No infinities in checkpoints: before the first measurement there are no errors. */
    private static Tensor written(GaussianModel model) {
        double[] errors = Arrays.stream(model.errors()).map(e -> Double.isInfinite(e) ? -1 : e).toArray();
        return Tensors.of(errors, errors.length);
    }

    @Override
    public void load(SafetensorsFile file) {
        try (TorchScope _ = new TorchScope()) {
            model.parameters().load(file, "model.");
            best.parameters().load(file, "best.");
            adam.load(file, "adam.");
            double[] counts = file.tensor("steps", 2).toDoubles();
            steps = (long) counts[0];
            sinceBest = (long) counts[1];
            read(file, "errors.now", model);
            read(file, "errors.best", best);
            batches.restore(file.tensor("random.slices").toBytes());
            noise.restore(file.tensor("random.noise"));
        }
    }

    private static void read(SafetensorsFile file, String name, GaussianModel model) {
        double[] errors = file.tensor(name, model.architecture().members()).toDoubles();
        for (int i = 0; i < errors.length; i++) {
            model.error(i, errors[i] < 0 ? Double.POSITIVE_INFINITY : errors[i]);
        }
    }

    @Override
    public void close() {
        adam.close();
        model.close();
        best.close();
    }
}
