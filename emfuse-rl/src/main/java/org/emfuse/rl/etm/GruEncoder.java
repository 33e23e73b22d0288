package org.emfuse.rl.etm;

import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Gru;
import org.emfuse.rl.torch.Mlp;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;

/**
 * Reads the actions with a gated recurrent unit instead of attention: the hidden state after the last action is kept beside the
 * encoded first state. Actions are moved to the left first, so that no padding comes before them.
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
        long b = actions.size(0);
        long k = actions.size(1);
        Tensor last = lengths.add(-1).to(DType.INT64).view(b, 1, 1);
        // Place j of the moved actions is place j + k - m of the given ones; what lies beyond the last is not looked at.
        Tensor places = Tensors.range(k).to(DType.FLOAT32).unsqueeze(0).add(lengths.neg().add(k).unsqueeze(1))
                .clamp(0, k - 1).to(DType.INT64).unsqueeze(2);
        Tensor moved = actions.gather(1, places.expand(b, k, actions.size(2)));
        Tensor read = recurrent.apply(moved).gather(1, last.expand(b, 1, WIDTH)).squeeze(1);
        return Tensors.cat(1, state.apply(starts), read);
    }

    @Override
    public int size() {
        return StateEncoder.SIZE + WIDTH;
    }
}
