package org.emfuse.rl.torch;

import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention (Vaswani et al. 2017) over tokens [b, t, d] with a mask of tokens to ignore. Written in plain
 * operations, because libtorch's fused kernel has no second derivative. Weights begin as PyTorch's
 * {@code MultiheadAttention} does: projections uniform on ±√(6/(in + out)), biases 0.
 */
public final class Attention {

    private final Parameters parameters;
    private final int first;
    private final int width;
    private final int heads;

    private Attention(Parameters parameters, int first, int width, int heads) {
        this.parameters = parameters;
        this.first = first;
        this.width = width;
        this.heads = heads;
    }

    /**
     * Declares the parameters; returns the first one's index.
     *
     * @param width d, a multiple of the number of heads
     */
    public static int declare(Parameters.Builder builder, String name, int width) {
        int first = builder.uniform(name + ".in.weight", Math.sqrt(6.0 / (4 * width)), width, 3L * width);
        builder.constant(name + ".in.bias", 0, 3L * width);
        builder.uniform(name + ".out.weight", 1 / Math.sqrt(width), width, width);
        builder.constant(name + ".out.bias", 0, width);
        return first;
    }

    /** The layer whose parameters were declared from index {@code first} on. */
    public static Attention of(Parameters parameters, int first, int width, int heads) {
        if (heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException("a width of " + width + " cannot be split into " + heads + " heads");
        }
        return new Attention(parameters, first, width, heads);
    }

    /**
     * Each token's mixture of all tokens.
     *
     * @param x tokens [b, t, d]
     * @param ignored mask [b, t], set where a token must not be looked at; null where there is none. At least one token of
     *            each row must be looked at
     * @return [b, t, d]
     */
    public Tensor apply(Tensor x, @Nullable Tensor ignored) {
        long b = x.size(0);
        long t = x.size(1);
        long d = width / heads;
        parameters.seen(first, x);
        Tensor projected = x.matmul(parameters.get(first)).add(parameters.get(first + 1)).view(b, t, 3, heads, d);
        Tensor q = projected.select(2, 0).transpose(1, 2); // [b, heads, t, d]
        Tensor k = projected.select(2, 1).transpose(1, 2);
        Tensor v = projected.select(2, 2).transpose(1, 2);
        Tensor scores = q.matmul(k.transpose(2, 3)).mul(1 / Math.sqrt((double) d)); // [b, heads, t, t]
        if (ignored != null) {
            scores = Tensors.maskedFill(scores, ignored.view(b, 1, 1, t), Double.NEGATIVE_INFINITY);
        }
        Tensor mixed = scores.softmax(-1).matmul(v).transpose(1, 2).reshape(b, t, width);
        parameters.seen(first + 2, mixed);
        return mixed.matmul(parameters.get(first + 2)).add(parameters.get(first + 3));
    }
}
