package org.emfuse.rl.etm;

import org.emfuse.rl.torch.Attention;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.LayerNorm;
import org.emfuse.rl.torch.Mlp;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;

/**
 * The encoder of an any-step model (spec 05 §3): the first state through a network, the actions as tokens through one block of
 * self-attention with pre-normalisation; of the actions, the output at the last one is kept. Each token carries a learned
 * vector of its age, 0 for the last action, so that an action means the same in slices of any length; the last one carries a
 * vector of the slice's length as well (docs/decisions/0020).
 */
final class AttentionEncoder implements HistoryEncoder {

    private static final int WIDTH = 64;
    private static final int HEADS = 4;
    private static final int FEED_FORWARD = 128;
    /** Variance 1, as embeddings begin: next to small vectors the length of a slice would hardly be seen. */
    private static final double AGE_BOUND = Math.sqrt(3);

    /** Indices of the first parameter of each part. */
    record Layout(int state, int token, int age, int length, int before, int attention, int between, int feedForward) {}

    private final Mlp state;
    private final Mlp token;
    private final Tensor age;
    private final Tensor length;
    private final LayerNorm before;
    private final Attention attention;
    private final LayerNorm between;
    private final Mlp feedForward;

    AttentionEncoder(Parameters parameters, Layout layout) {
        this.state = StateEncoder.of(parameters, layout.state);
        this.token = Mlp.of(parameters, layout.token, 1);
        this.age = parameters.get(layout.age);
        this.length = parameters.get(layout.length);
        this.before = LayerNorm.of(parameters, layout.before);
        this.attention = Attention.of(parameters, layout.attention, WIDTH, HEADS);
        this.between = LayerNorm.of(parameters, layout.between);
        this.feedForward = Mlp.of(parameters, layout.feedForward, 2);
    }

    static Layout declare(Parameters.Builder builder, int observationSize, int actionSize, int longest) {
        return new Layout(StateEncoder.declare(builder, observationSize),
                Mlp.declareKeepingVariance(builder, "token", actionSize, WIDTH),
                builder.uniform("age", AGE_BOUND, longest, WIDTH),
                builder.uniform("length", AGE_BOUND, longest, WIDTH),
                LayerNorm.declare(builder, "before", WIDTH), Attention.declare(builder, "attention", WIDTH),
                LayerNorm.declare(builder, "between", WIDTH),
                Mlp.declare(builder, "feed", WIDTH, FEED_FORWARD, WIDTH));
    }

    @Override
    public Tensor encode(Tensor starts, Tensor actions, Tensor padding, Tensor lengths) {
        long b = actions.size(0);
        long k = actions.size(1);
        Tensor tokens = token.apply(actions.reshape(b * k, actions.size(2))).view(b, k, WIDTH).add(age.unsqueeze(0));
        Tensor mixed = tokens.add(attention.apply(before.apply(tokens), padding));
        Tensor last = mixed.select(1, k - 1).add(length.indexSelect(0, lengths.add(-1).to(DType.INT64)));
        return Tensors.cat(1, state.apply(starts), last.add(feedForward.apply(between.apply(last))));
    }

    @Override
    public int size() {
        return StateEncoder.SIZE + WIDTH;
    }
}
