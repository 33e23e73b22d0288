package org.emfuse.rl.gaussian;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Gru;
import org.emfuse.rl.torch.LayerNorm;
import org.emfuse.rl.torch.Mlp;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;

/**
 * A stack of recurrent units reads the first state beside each action in turn; residual blocks, and a linear layer, turn the last
 * hidden state into the outputs. A block is {@code LayerNorm(h + swish(W h + b))}; in training a tenth of what it adds is left
 * out.
 */
final class AnyStepNetwork implements GaussianNetwork {

    private static final int RECURRENT_LAYERS = 3;
    private static final double LEFT_OUT = 0.1;

    private record Block(Mlp layer, LayerNorm normalisation) {}

    /** Indices of the first parameter of each part. */
    private record Layout(int recurrent, List<Integer> layers, List<Integer> normalisations, int output) {}

    private final Parameters parameters;
    private final Gru recurrent;
    private final List<Block> blocks;
    private final Mlp output;

    private AnyStepNetwork(Parameters parameters, Layout layout, int width) {
        this.parameters = parameters;
        this.recurrent = Gru.of(parameters, layout.recurrent, width, RECURRENT_LAYERS);
        this.blocks = new ArrayList<>();
        for (int i = 0; i < layout.layers.size(); i++) {
            blocks.add(new Block(Mlp.of(parameters, layout.layers.get(i), 1),
                    LayerNorm.of(parameters, layout.normalisations.get(i))));
        }
        this.output = Mlp.of(parameters, layout.output, 1);
    }

    static GaussianKind.Declared declare(Parameters.Builder builder, int observationSize, int actionSize,
            GaussianArchitecture architecture) {
        int width = architecture.width();
        int recurrent = Gru.declare(builder, "gru", observationSize + actionSize, width, RECURRENT_LAYERS);
        List<Integer> layers = new ArrayList<>();
        List<Integer> normalisations = new ArrayList<>();
        for (int i = 0; i < architecture.depth(); i++) {
            layers.add(Mlp.declare(builder, "block." + i, width, width));
            normalisations.add(LayerNorm.declare(builder, "norm." + i, width));
        }
        int output = Mlp.declare(builder, "output", width, 2 * (observationSize + 1));
        Layout layout = new Layout(recurrent, layers, normalisations, output);
        return parameters -> new AnyStepNetwork(parameters, layout, width);
    }

    @Override
    public Tensor all(Tensor starts, Tensor actions, Tensor lengths) {
        Tensor h = read(starts, actions, lengths);
        for (Block block : blocks) {
            h = block.normalisation.apply(h.add(block.layer.apply(h).silu()));
        }
        return output.apply(h).unsqueeze(0);
    }

    @Override
    public Tensor own(Tensor starts, Tensor actions, Tensor lengths, TorchRandom noise) {
        Tensor h = read(starts, actions, lengths);
        for (Block block : blocks) {
            Tensor kept = noise.uniform(0, 1, h.shape()).greater(LEFT_OUT).to(DType.FLOAT32).mul(1 / (1 - LEFT_OUT));
            h = block.normalisation.apply(h.add(block.layer.apply(h).silu().mul(kept)));
        }
        return output.apply(h).unsqueeze(0);
    }

    private Tensor read(Tensor starts, Tensor actions, Tensor lengths) {
        long places = (long) lengths.amax(0).item(); // no unit runs over places that no slice of the batch has
        Tensor last = actions.narrow(1, actions.size(1) - places, places);
        Tensor first = starts.unsqueeze(1).expand(starts.size(0), places, starts.size(1));
        return recurrent.after(Tensors.cat(2, first, last), lengths);
    }

    @Override
    public void copyMember(GaussianNetwork source, int member) {
        parameters.copyFrom(((AnyStepNetwork) source).parameters);
    }
}
