package org.emfuse.rl.gaussian;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.etm.Normaliser;
import org.emfuse.rl.etm.SliceBatch;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;

/**
 * Normal distributions of targets, given slices: every member gives a mean and a variance of each coordinate of
 * {@code [change of state; last reward]}. The networks see standardised states, actions and targets (docs/decisions/0022); the
 * log-variance has soft bounds, which are learned. Takes and gives raw units; its normaliser belongs to it.
 */
public final class GaussianModel implements AutoCloseable {

    private static final double LEAST_LOG_VARIANCE = -10;
    private static final double MOST_LOG_VARIANCE = 0.5;
    /** Of the bounds' distance in the loss: without it nothing would draw them together. */
    private static final double BOUNDS = 0.01;

    /**
     * Distributions of raw targets.
     *
     * @param mean [members][b][d + 1]
     * @param deviation [members][b][d + 1], > 0
     */
    public record Distributions(double[][][] mean, double[][][] deviation) {}

    /** Means and log-variances [members, b, d + 1] of standardised targets. */
    private record Outputs(Tensor mean, Tensor logVariance) {}

    private final String name;
    private final TransitionSpace space;
    private final GaussianArchitecture architecture;
    private final Normaliser normaliser;
    private final Parameters parameters;
    private final GaussianNetwork network;
    private final Tensor low;
    private final Tensor high;
    private final double[] errors;

    /**
     * A new model.
     *
     * @param name for messages and tables
     * @param normaliser of the domain, which the model owns; its targets' scales are their standard deviations
     * @param random draws the first weights
     */
    public GaussianModel(String name, TransitionSpace space, GaussianArchitecture architecture, Normaliser normaliser,
            TorchRandom random) {
        if (normaliser.longest() != architecture.longest()) {
            throw new IllegalArgumentException("a model of slices up to " + architecture.longest()
                    + " needs scales for as many lengths, found " + normaliser.longest());
        }
        this.name = name;
        this.space = space;
        this.architecture = architecture;
        this.normaliser = normaliser;
        Parameters.Builder builder = new Parameters.Builder();
        Declared declared = declare(builder, space, architecture);
        this.parameters = builder.build(random);
        this.network = declared.network.of(parameters);
        this.low = parameters.get(declared.low);
        this.high = parameters.get(declared.high);
        this.errors = new double[architecture.members()];
        Arrays.fill(errors, Double.POSITIVE_INFINITY);
    }

    /** A network to come, and the indices of its bounds. */
    record Declared(GaussianKind.Declared network, int low, int high) {}

    /** Declares a model's parameters without making them. */
    static Declared declare(Parameters.Builder builder, TransitionSpace space, GaussianArchitecture architecture) {
        GaussianKind.Declared network = architecture.kind().declare(builder, space.observationSize(),
                space.actionSize(), architecture);
        return new Declared(network, builder.constant("log-variance.low", LEAST_LOG_VARIANCE, space.targetSize()),
                builder.constant("log-variance.high", MOST_LOG_VARIANCE, space.targetSize()));
    }

    /**
     * Refuses a simulator of another kind, or with units for other states.
     *
     * @throws IllegalArgumentException with what was expected and found
     */
    void require(GaussianKind expected, int units) {
        if (architecture.kind() != expected) {
            throw new IllegalArgumentException("the model " + name + " is of kind '" + architecture.kind().id()
                    + "', expected '" + expected.id() + "'");
        }
        if (units != space.observationSize()) {
            throw new IllegalArgumentException("the uncertainty has units for " + units + " state coordinates, " + name
                    + " has " + space.observationSize());
        }
    }

    /** For messages and tables. */
    public String name() {
        return name;
    }

    /** What its targets are about. */
    public TransitionSpace space() {
        return space;
    }

    /** The shape. */
    public GaussianArchitecture architecture() {
        return architecture;
    }

    /** The domain's scales; they belong to the model. */
    public Normaliser normaliser() {
        return normaliser;
    }

    /** The trainable numbers; they belong to the model. */
    public Parameters parameters() {
        return parameters;
    }

    /** Mean squared error of each member on data kept apart, standardised; infinite before it was measured. */
    public double[] errors() {
        return errors.clone();
    }

    /** Sets a member's error. */
    void error(int member, double error) {
        errors[member] = error;
    }

    /** The members with the smallest errors, the smallest first. */
    public int[] elites() {
        return IntStream.range(0, errors.length).boxed().sorted(Comparator.comparingDouble(i -> errors[i]))
                .limit(architecture.elites()).mapToInt(Integer::intValue).toArray();
    }

    /** Takes over one member's weights, and the bounds, which all members share. */
    void copyMember(GaussianModel source, int member) {
        network.copyMember(source.network, member);
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            low.copy_(source.low);
            high.copy_(source.high);
        }
    }

    /**
     * Of a batch.
     *
     * @param total what to minimise
     * @param measured what else is worth knowing, by name
     */
    record Losses(Tensor total, Map<String, Double> measured) {}

    /**
     * The loss of a batch in which each member has slices of its own.
     *
     * @param batch [members · b]
     * @param noise of what is left out at random
     */
    Losses losses(SliceBatch batch, TorchRandom noise) {
        Slices slices = batch.slices();
        Outputs outputs = outputs(network.own(normaliser.states(slices), actions(slices), slices.lengths(), noise));
        Tensor targets = standardised(batch).view(outputs.mean.shape());
        Tensor likelihood = GaussianLikelihood.loss(outputs.mean, outputs.logVariance, targets);
        Tensor total = likelihood.add(high.sub(low).sum().mul(BOUNDS));
        Map<String, Double> measured = new LinkedHashMap<>();
        measured.put("loss", total.item());
        measured.put("nll", likelihood.item() / architecture.members());
        measured.put("square", outputs.mean.sub(targets).square().mean().item());
        measured.put("log_variance", outputs.logVariance.mean().item());
        return new Losses(total, measured);
    }

    /** Mean squared error [members] of standardised means. */
    double[] squareErrors(SliceBatch batch) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            return all(batch.slices()).mean.sub(standardised(batch).unsqueeze(0)).square().mean(1, 2).toDoubles();
        }
    }

    private Tensor standardised(SliceBatch batch) {
        return batch.targets().div(normaliser.scale(batch.slices())).sub(normaliser.centre(batch.slices()));
    }

    private Outputs all(Slices slices) {
        return outputs(network.all(normaliser.states(slices), actions(slices), slices.lengths()));
    }

    private Tensor actions(Slices slices) {
        return normaliser.actions(slices, slices.padding());
    }

    private Outputs outputs(Tensor numbers) {
        long size = space.targetSize();
        return new Outputs(numbers.narrow(2, 0, size),
                GaussianLikelihood.bounded(numbers.narrow(2, size, size), low, high));
    }

    /** The distributions of targets after slices. */
    public Distributions given(Slices slices) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            Outputs outputs = all(slices);
            Tensor scale = normaliser.scale(slices);
            Tensor mean = outputs.mean.add(normaliser.centre(slices)).mul(scale);
            Tensor deviation = outputs.logVariance.mul(0.5).exp().mul(scale);
            return new Distributions(cube(mean), cube(deviation));
        }
    }

    private static double[][][] cube(Tensor values) {
        long[] shape = values.shape();
        double[] all = values.toDoubles();
        double[][][] cube = new double[(int) shape[0]][(int) shape[1]][];
        int width = (int) shape[2];
        int at = 0;
        for (double[][] rows : cube) {
            for (int i = 0; i < rows.length; i++, at += width) {
                rows[i] = Arrays.copyOfRange(all, at, at + width);
            }
        }
        return cube;
    }

    /** The mean raw targets [b, d + 1] of slices: the average over the elites. */
    public Tensor mean(Slices slices) {
        try (NoGrad _ = new NoGrad()) {
            long[] elites = Arrays.stream(elites()).asLongStream().toArray();
            Tensor mean = all(slices).mean.indexSelect(0, Tensors.of(elites, elites.length)).mean(0);
            return mean.add(normaliser.centre(slices)).mul(normaliser.scale(slices));
        }
    }

    @Override
    public void close() {
        parameters.close();
        normaliser.close();
    }
}
