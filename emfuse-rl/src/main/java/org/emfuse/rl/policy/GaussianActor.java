package org.emfuse.rl.policy;

import java.util.List;

import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Mlp;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;

/**
 * A stochastic policy network: {@code a = a_max · tanh(x)}, {@code x ~ N(μ(s), σ(s)²)} per coordinate (Haarnoja et al. 2018;
 * spec 06 §7). Two heads on the last hidden layer give μ and log σ, the latter clipped to [-5, 2].
 */
public final class GaussianActor implements AutoCloseable {

    private static final double LOG_STD_LOW = -5;
    private static final double LOG_STD_HIGH = 2;
    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
    private static final double LOG_TWO = Math.log(2);

    /**
     * Sampled actions and their log-densities.
     *
     * @param actions [b, p], within the action range
     * @param logDensity [b, 1], nats, of the action (not of x)
     */
    public record Sample(Tensor actions, Tensor logDensity) {}

    /**
     * The normal distribution of x before it is squashed.
     *
     * @param mean μ [b, p]
     * @param logStd log σ [b, p], within [-5, 2]
     */
    public record Heads(Tensor mean, Tensor logStd) {}

    private final int observationSize;
    private final int[] hidden;
    private final double[] scale;
    private final double sumLogScale;
    private final Tensor scaleRow;
    private final Parameters parameters;
    private final Mlp network;

    /**
     * A new network.
     *
     * @param scale largest value of each action coordinate, > 0
     * @param hidden sizes of the hidden layers
     * @param random draws the first weights
     */
    public GaussianActor(int observationSize, double[] scale, int[] hidden, TorchRandom random) {
        this.observationSize = observationSize;
        this.hidden = hidden.clone();
        this.scale = scale.clone();
        float[] row = new float[scale.length];
        double logs = 0;
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) scale[i];
            logs += Math.log(scale[i]);
        }
        this.sumLogScale = logs;
        try (TorchScope scope = new TorchScope()) {
            this.scaleRow = scope.keep(Tensors.of(row, row.length));
        }
        int[] sizes = new int[hidden.length + 2];
        sizes[0] = observationSize;
        System.arraycopy(hidden, 0, sizes, 1, hidden.length);
        sizes[sizes.length - 1] = 2 * scale.length;
        Parameters.Builder builder = new Parameters.Builder();
        int first = Mlp.declare(builder, "actor", sizes);
        this.parameters = builder.build(random);
        this.network = Mlp.of(parameters, first, sizes.length - 1);
    }

    /** Whether hidden layers have sizes that networks may have: 1 to 16 layers of 1 to 16384 units. */
    public static boolean allows(List<Integer> hidden) {
        return !hidden.isEmpty() && hidden.size() <= 16
                && hidden.stream().allMatch(size -> size != null && size >= 1 && size <= 16_384);
    }

    /** The distributions of x for observations [b, o]; differentiable in the parameters. */
    public Heads heads(Tensor observations) {
        Tensor out = network.apply(observations);
        int p = scale.length;
        return new Heads(out.narrow(1, 0, p), out.narrow(1, p, p).clamp(LOG_STD_LOW, LOG_STD_HIGH));
    }

    /** Draws actions for observations [b, o]; differentiable in the parameters, the noise is an argument [b, p]. */
    public Sample sample(Tensor observations, Tensor noise) {
        Heads heads = heads(observations);
        Tensor x = Tensors.addcmul(heads.mean, heads.logStd.exp(), noise);
        Tensor normal = noise.square().mul(-0.5).sub(heads.logStd).add(-HALF_LOG_TWO_PI); // log N(x; μ, σ)
        Tensor logDensity = normal.sub(logTanhSlope(x)).sum(1, true).add(-sumLogScale);
        return new Sample(x.tanh().mul(scaleRow), logDensity);
    }

    /** {@code log(1 - tanh² x)}, without cancellation. */
    private static Tensor logTanhSlope(Tensor x) {
        return x.add(x.mul(-2).softplus()).add(-LOG_TWO).mul(-2);
    }

    /** Actions [b, p] without noise: {@code a_max · tanh(μ)}. */
    public Tensor mode(Tensor observations) {
        return heads(observations).mean.tanh().mul(scaleRow);
    }

    /**
     * Log-densities [b, 1] of given actions [b, p]. Actions on the border of the range, where the density is infinite, are
     * taken a millionth inside it.
     */
    public Tensor logDensity(Tensor observations, Tensor actions) {
        Heads heads = heads(observations);
        Tensor squashed = actions.div(scaleRow).clamp(-1 + 1e-6, 1 - 1e-6);
        Tensor x = squashed.add(1).log().sub(squashed.neg().add(1).log()).mul(0.5); // artanh
        Tensor deviation = x.sub(heads.mean).mul(heads.logStd.neg().exp());
        Tensor normal = deviation.square().mul(-0.5).sub(heads.logStd).add(-HALF_LOG_TWO_PI);
        return normal.sub(logTanhSlope(x)).sum(1, true).add(-sumLogScale);
    }

    /** Coordinates of an observation. */
    public int observationSize() {
        return observationSize;
    }

    /** Coordinates of an action. */
    public int actionSize() {
        return scale.length;
    }

    /** Largest value of each action coordinate; the caller owns the array. */
    public double[] scale() {
        return scale.clone();
    }

    /** Largest value of each action coordinate [p]; it belongs to the actor. */
    public Tensor scaleRow() {
        return scaleRow;
    }

    /** A copy with memory of its own; the caller closes it. */
    public GaussianActor copy() {
        GaussianActor copy = new GaussianActor(observationSize, scale, hidden, new TorchRandom(0));
        copy.parameters.copyFrom(parameters);
        return copy;
    }

    /** Sets log σ to its least value, -5, for every observation: where only the mode was learned. */
    public void leastSpread() {
        int p = scale.length;
        int last = 2 * hidden.length;
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            parameters.get(last).narrow(1, p, p).fill_(0);
            parameters.get(last + 1).narrow(0, p, p).fill_(LOG_STD_LOW);
        }
    }

    /**
     * A copy whose input is standardised inside: {@code copy(s) = this((s - mean)/deviation)}. The scaling goes into the
     * first layer's weights. The caller closes the copy.
     */
    public GaussianActor withInputScaling(double[] mean, double[] deviation) {
        GaussianActor copy = copy();
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            Tensor shift = Tensors.of(mean, 1, observationSize).to(DType.FLOAT32);
            Tensor divisor = Tensors.of(deviation, observationSize, 1).to(DType.FLOAT32);
            Tensor weight = parameters.get(0).div(divisor);
            copy.parameters.get(0).copy_(weight);
            copy.parameters.get(1).copy_(parameters.get(1).sub(shift.matmul(weight).squeeze(0)));
        }
        return copy;
    }

    /** The trainable numbers; they belong to the actor. */
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        parameters.close();
        scaleRow.close();
    }
}
