package org.emfuse.rl.gaussian;

import java.util.Arrays;

import org.emfuse.rl.torch.MlpEnsemble;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;

/** Several networks with swish between their layers, on a state and one action. */
record EnsembleNetwork(int members, MlpEnsemble networks) implements GaussianNetwork {

    /** Prefix of the layers' names. */
    static final String NAME = "member";

    static GaussianKind.Declared declare(Parameters.Builder builder, int observationSize, int actionSize,
            GaussianArchitecture architecture) {
        int[] sizes = new int[architecture.depth() + 2];
        Arrays.fill(sizes, architecture.width());
        sizes[0] = observationSize + actionSize;
        sizes[sizes.length - 1] = 2 * (observationSize + 1);
        int members = architecture.members();
        int first = MlpEnsemble.declare(builder, NAME, members, sizes);
        return parameters -> new EnsembleNetwork(members,
                MlpEnsemble.of(parameters, first, members, sizes.length - 1, Tensor::silu));
    }

    @Override
    public Tensor all(Tensor starts, Tensor actions, Tensor lengths) {
        return networks.apply(inputs(starts, actions));
    }

    @Override
    public Tensor own(Tensor starts, Tensor actions, Tensor lengths, TorchRandom noise) {
        Tensor inputs = inputs(starts, actions);
        return networks.applyEach(inputs.view(members, -1, inputs.size(1)));
    }

    private static Tensor inputs(Tensor starts, Tensor actions) {
        return Tensors.cat(1, starts, actions.select(1, actions.size(1) - 1));
    }

    @Override
    public void copyMember(GaussianNetwork source, int member) {
        networks.copyMember(((EnsembleNetwork) source).networks, member);
    }
}
