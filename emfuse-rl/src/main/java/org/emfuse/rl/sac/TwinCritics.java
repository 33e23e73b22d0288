package org.emfuse.rl.sac;

import java.util.List;

import org.emfuse.rl.torch.MlpEnsemble;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;

/** Two action-value networks {@code Q(s, a)}, evaluated together. */
public final class TwinCritics implements AutoCloseable {

    private static final int MEMBERS = 2;

    private final Parameters parameters;
    private final MlpEnsemble networks;

    /** New networks. */
    public TwinCritics(int observationSize, int actionSize, List<Integer> hidden, TorchRandom random) {
        int[] sizes = new int[hidden.size() + 2];
        sizes[0] = observationSize + actionSize;
        for (int i = 0; i < hidden.size(); i++) {
            sizes[i + 1] = hidden.get(i);
        }
        sizes[sizes.length - 1] = 1;
        Parameters.Builder builder = new Parameters.Builder();
        int first = MlpEnsemble.declare(builder, "critics", MEMBERS, sizes);
        this.parameters = builder.build(random);
        this.networks = MlpEnsemble.of(parameters, first, MEMBERS, sizes.length - 1);
    }

    /** Both values [2, b, 1] of observations [b, o] and actions [b, p]. */
    public Tensor both(Tensor observations, Tensor actions) {
        return networks.apply(Tensors.cat(1, observations, actions));
    }

    /** The smaller value [b, 1]. */
    public Tensor smaller(Tensor observations, Tensor actions) {
        return both(observations, actions).amin(0);
    }

    /** The trainable numbers; they belong to the critics. */
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        parameters.close();
    }
}
