package org.emfuse.rl.etm;

import org.emfuse.rl.torch.Gru;
import org.emfuse.rl.torch.Mlp;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;

/**
 * Reads the actions with a gated recurrent unit instead of attention: the hidden state after the last action is kept beside the
 * encoded first state.
 */
final class GruEncoder implements HistoryEncoder {

    private static final int WIDTH = 64;

    /** Indices of the first parameter of each part. */
    record Layout(int state, int recurrent) {}

    private final Mlp state;
    private final Gru recurrent;

    GruEncoder(Parameters parameters, Layout layout) {
        this.state = StateEncoder.of(parameters, layout.state);
        this.recurrent = Gru.of(parameters, layout.recurrent, WIDTH, 1);
    }

    static Layout declare(Parameters.Builder builder, int observationSize, int actionSize) {
        return new Layout(StateEncoder.declare(builder, observationSize),
                Gru.declare(builder, "gru", actionSize, WIDTH, 1));
    }

    @Override
    public Tensor encode(Tensor starts, Tensor actions, Tensor padding, Tensor lengths) {
        return Tensors.cat(1, state.apply(starts), recurrent.after(actions, lengths));
    }

    @Override
    public int size() {
        return StateEncoder.SIZE + WIDTH;
    }
}
