package org.emfuse.rl.policy;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;

/**
 * A policy network as a policy: deterministic (its mode) or stochastic. It does not own the network. Observations of the
 * wrong length or that are not finite are an {@link IllegalArgumentException}, a network that gives anything but numbers an
 * {@link IllegalStateException}.
 */
public final class ActorPolicy implements Policy {

    private final GaussianActor actor;
    private final boolean deterministic;

    private ActorPolicy(GaussianActor actor, boolean deterministic) {
        this.actor = actor;
        this.deterministic = deterministic;
    }

    /** Acts without noise, as policies are evaluated. */
    public static ActorPolicy deterministic(GaussianActor actor) {
        return new ActorPolicy(actor, true);
    }

    /** Samples its actions, as policies explore. */
    public static ActorPolicy stochastic(GaussianActor actor) {
        return new ActorPolicy(actor, false);
    }

    @Override
    public double[] act(double[] observation, RandomStream random) {
        return actAll(new double[][]{observation}, new RandomStream[]{random})[0];
    }

    @Override
    public double[][] actAll(double[][] observations, RandomStream[] randoms) {
        int n = observations.length;
        int p = actor.actionSize();
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            Tensor rows = rows(observations, actor.observationSize());
            Tensor actions = deterministic ? actor.mode(rows) : actor.sample(rows, noise(randoms, n, p)).actions();
            float[] values = actions.toFloats();
            double[][] result = new double[n][p];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < p; j++) {
                    result[i][j] = finite(values[i * p + j]);
                }
            }
            return result;
        }
    }

    /** A number that a policy's network gave, which must be one. */
    static double finite(double action) {
        if (!Double.isFinite(action)) {
            throw new IllegalStateException("the policy's network gave " + action + " as an action; its weights are no"
                    + " longer of use");
        }
        return action;
    }

    /** Observations as a tensor [n, size], once they are what a network can take. */
    static Tensor rows(double[][] observations, int size) {
        float[] values = new float[observations.length * size];
        for (int i = 0; i < observations.length; i++) {
            if (observations[i].length != size) {
                throw new IllegalArgumentException("the policy takes observations of " + size + " values, found "
                        + observations[i].length + "; is it for another environment?");
            }
            for (int j = 0; j < size; j++) {
                values[i * size + j] = (float) observations[i][j];
                if (!Float.isFinite(values[i * size + j])) {
                    throw new IllegalArgumentException("value " + j + " of an observation is " + observations[i][j]
                            + "; a policy takes numbers that are finite in single precision");
                }
            }
        }
        return Tensors.of(values, observations.length, size);
    }

    private static Tensor noise(RandomStream[] randoms, int n, int p) {
        float[] values = new float[n * p];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) randoms[i / p].gaussian();
        }
        return Tensors.of(values, n, p);
    }
}
