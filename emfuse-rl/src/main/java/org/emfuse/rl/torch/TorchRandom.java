package org.emfuse.rl.torch;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * One source of random tensors with its own state; libtorch's global generator is never used. One thread at a time. Its
 * memory is small and lives as long as the object.
 */
public final class TorchRandom {

    private final Generator generator;
    private final GeneratorOptional argument;

    /** A source of a seed. */
    public TorchRandom(long seed) {
        Torch.load();
        this.generator = torch.make_generator_cpu();
        generator.set_current_seed(seed);
        this.argument = new GeneratorOptional(generator);
    }

    /** Independent draws from the standard normal distribution. */
    public Tensor normal(long... shape) {
        return Tensor.call(() -> torch.randn(shape, argument, new TensorOptions(DType.FLOAT32.torch())));
    }

    /** Independent draws from the uniform distribution on [low, high). */
    public Tensor uniform(double low, double high, long... shape) {
        return uniform_(Tensors.zeros(shape), low, high);
    }

    /** Overwrites a tensor with draws from the uniform distribution on [low, high). */
    public Tensor uniform_(Tensor target, double low, double high) {
        Tensor.value(() -> target.raw().uniform_(low, high, argument));
        return target;
    }

    /** The state as bytes [n], to be restored later; the caller owns the tensor. */
    public Tensor state() {
        return Tensor.call(generator::get_state);
    }

    /** Goes back to a saved state. */
    public void restore(Tensor state) {
        Tensor.value(() -> {
            generator.set_state(state.raw());
            return state;
        });
    }
}
