package org.emfuse.rl.torch;

import java.util.Arrays;
import java.util.function.Supplier;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * An array of numbers in native memory that remembers how it was computed. The operations are libtorch's, under their usual
 * names; those that end in an underscore change the tensor in place.
 *
 * <p>Ownership: a tensor made inside a {@link TorchScope} is freed with it, any other by {@link #close}. Views share memory
 * with what they were taken from. One thread at a time, except for reading parameters.
 *
 * <p>Errors: shapes that do not fit and other refusals of libtorch are a {@link TorchException}; use after close is an
 * {@link IllegalStateException}.
 */
public final class Tensor implements AutoCloseable {

    private final org.bytedeco.pytorch.Tensor raw;

    private Tensor(org.bytedeco.pytorch.Tensor raw) {
        this.raw = raw;
    }

    static Tensor of(org.bytedeco.pytorch.Tensor raw) {
        return new Tensor(raw);
    }

    /** Runs a native operation, with its failure turned into one clear exception. */
    static Tensor call(Supplier<org.bytedeco.pytorch.Tensor> operation) {
        return new Tensor(value(operation));
    }

    /** As {@link #call}, for any value. */
    static <T> T value(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (RuntimeException e) {
            throw TorchException.of(e);
        }
    }

    org.bytedeco.pytorch.Tensor raw() {
        return raw;
    }

    // Shape.

    /** The size of each dimension; the caller owns the array. */
    public long[] shape() {
        return value(raw::shape);
    }

    /** The size of one dimension; negative ones count from the last. */
    public long size(int dimension) {
        return value(() -> raw.size(dimension));
    }

    /** Number of elements. */
    public long elements() {
        return value(raw::numel);
    }

    /** Type of the elements. */
    public DType type() {
        return DType.of(value(raw::scalar_type));
    }

    /** The same elements under another shape, which must fit without copying. */
    public Tensor view(long... shape) {
        return call(() -> raw.view(shape));
    }

    /** The same elements under another shape, copied where that needs it. */
    public Tensor reshape(long... shape) {
        return call(() -> raw.reshape(shape));
    }

    /** A view with a dimension of size 1 put in. */
    public Tensor unsqueeze(long dimension) {
        return call(() -> raw.unsqueeze(dimension));
    }

    /** A view without a dimension of size 1. */
    public Tensor squeeze(long dimension) {
        return call(() -> raw.squeeze(dimension));
    }

    /** A view in which dimensions of size 1 are repeated. */
    public Tensor expand(long... shape) {
        return call(() -> raw.expand(shape));
    }

    /** A view with two dimensions exchanged. */
    public Tensor transpose(long a, long b) {
        return call(() -> raw.transpose(a, b));
    }

    /** The same elements in row-major order. */
    public Tensor contiguous() {
        return call(raw::contiguous);
    }

    /** A view of {@code length} entries of a dimension, from {@code start}. */
    public Tensor narrow(long dimension, long start, long length) {
        return call(() -> raw.narrow(dimension, start, length));
    }

    /** A view of one entry of a dimension, without that dimension. */
    public Tensor select(long dimension, long index) {
        return call(() -> raw.select(dimension, index));
    }

    /** Entries of a dimension by their indices [k]; copied. */
    public Tensor indexSelect(long dimension, Tensor indices) {
        return call(() -> raw.index_select(dimension, indices.raw));
    }

    /** Every entry of a dimension so many times, one after the other; copied. */
    public Tensor repeatInterleave(long dimension, long times) {
        return call(() -> raw.repeat_interleave(times, new LongOptional(dimension), new LongOptional()));
    }

    /** {@code out[i][j] = this[i][indices[i][j]]} along a dimension. */
    public Tensor gather(long dimension, Tensor indices) {
        return call(() -> raw.gather(dimension, indices.raw));
    }

    /** The elements in another type; a copy where the type differs. */
    public Tensor to(DType type) {
        return call(() -> raw.toType(type.torch()));
    }

    /** A copy with memory of its own, still connected for differentiation. */
    public Tensor copy() {
        return call(raw::clone);
    }

    // Arithmetic, element by element, sizes of 1 repeated as needed.

    /** this + other. */
    public Tensor add(Tensor other) {
        return call(() -> raw.add(other.raw));
    }

    /** this + value. */
    public Tensor add(double value) {
        return call(() -> raw.add(new Scalar(value)));
    }

    /** this - other. */
    public Tensor sub(Tensor other) {
        return call(() -> raw.sub(other.raw));
    }

    /** this · other. */
    public Tensor mul(Tensor other) {
        return call(() -> raw.mul(other.raw));
    }

    /** this · value. */
    public Tensor mul(double value) {
        return call(() -> raw.mul(new Scalar(value)));
    }

    /** this / other. */
    public Tensor div(Tensor other) {
        return call(() -> raw.div(other.raw));
    }

    /** -this. */
    public Tensor neg() {
        return call(raw::neg);
    }

    /** this². */
    public Tensor square() {
        return call(raw::square);
    }

    /** √this. */
    public Tensor sqrt() {
        return call(raw::sqrt);
    }

    /** |this|. */
    public Tensor abs() {
        return call(raw::abs);
    }

    /** e^this. */
    public Tensor exp() {
        return call(raw::exp);
    }

    /** Natural logarithm. */
    public Tensor log() {
        return call(raw::log);
    }

    /** Hyperbolic tangent. */
    public Tensor tanh() {
        return call(raw::tanh);
    }

    /** max(this, 0). */
    public Tensor relu() {
        return call(raw::relu);
    }

    /** this · sigmoid(this), the activation also called swish. */
    public Tensor silu() {
        return call(() -> torch.silu(raw));
    }

    /** log(1 + e^this), without overflow. */
    public Tensor softplus() {
        return call(() -> torch.softplus(raw));
    }

    /** 1 / (1 + e^-this). */
    public Tensor sigmoid() {
        return call(raw::sigmoid);
    }

    /** The nearest values within [low, high]. */
    public Tensor clamp(double low, double high) {
        return call(() -> raw.clamp(new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high))));
    }

    /** -1, 0 or 1 by the sign of each element. */
    public Tensor sign() {
        return call(raw::sign);
    }

    /** The larger of two, element by element. */
    public Tensor maximum(Tensor other) {
        return call(() -> torch.maximum(raw, other.raw));
    }

    /** The smaller of two, element by element. */
    public Tensor minimum(Tensor other) {
        return call(() -> torch.minimum(raw, other.raw));
    }

    /** Where this is greater than the value: a mask. */
    public Tensor greater(double value) {
        return call(() -> raw.gt(new Scalar(value)));
    }

    /** Where this is less than the value: a mask. */
    public Tensor less(double value) {
        return call(() -> raw.lt(new Scalar(value)));
    }

    // Matrix products.

    /** Matrix product; leading dimensions are batches. */
    public Tensor matmul(Tensor other) {
        return call(() -> raw.matmul(other.raw));
    }

    // Reductions.

    /** Sum of all elements. */
    public Tensor sum() {
        return call(raw::sum);
    }

    /** Sum along a dimension. */
    public Tensor sum(long dimension, boolean keep) {
        return call(() -> raw.sum(new long[]{dimension}, keep, new ScalarTypeOptional()));
    }

    /** Mean of all elements. */
    public Tensor mean() {
        return call(raw::mean);
    }

    /** Mean along dimensions, which are dropped. */
    public Tensor mean(long... dimensions) {
        return call(() -> raw.mean(dimensions, false, new ScalarTypeOptional()));
    }

    /** Smallest value along a dimension, which is dropped. */
    public Tensor amin(long dimension) {
        return call(() -> raw.amin(new long[]{dimension}, false));
    }

    /** Largest value along a dimension, which is dropped. */
    public Tensor amax(long dimension) {
        return call(() -> raw.amax(new long[]{dimension}, false));
    }

    /** The Euclidean length along a dimension, which is dropped; its derivative at 0 is 0. */
    public Tensor norm(long dimension) {
        return call(() -> raw.norm(new ScalarOptional(new Scalar(2)), dimension));
    }

    /** log Σ e^this along a dimension, which is dropped. */
    public Tensor logsumexp(long dimension) {
        return call(() -> raw.logsumexp(dimension));
    }

    /** e^this / Σ e^this along a dimension. */
    public Tensor softmax(long dimension) {
        return call(() -> raw.softmax(dimension));
    }

    /** The value below which a fraction {@code q} of all elements lies. */
    public double quantile(double q) {
        return value(() -> torch.quantile(raw, q).item_double());
    }

    // In place; for tensors that are not being differentiated.

    /** Overwrites the elements. */
    public Tensor copy_(Tensor source) {
        value(() -> raw.copy_(source.raw));
        return this;
    }

    /** this += other. */
    public Tensor add_(Tensor other) {
        value(() -> raw.add_(other.raw));
        return this;
    }

    /** this += value. */
    public Tensor add_(double value) {
        value(() -> raw.add_(new Scalar(value)));
        return this;
    }

    /** this *= value. */
    public Tensor mul_(double value) {
        value(() -> raw.mul_(new Scalar(value)));
        return this;
    }

    /** this += weight · (end - this). */
    public Tensor lerp_(Tensor end, double weight) {
        value(() -> raw.lerp_(end.raw, new Scalar(weight)));
        return this;
    }

    /** this += value · other. */
    public Tensor add_(Tensor other, double value) {
        value(() -> raw.add_(other.raw, new Scalar(value)));
        return this;
    }

    /** Brings every element into [low, high]. */
    public Tensor clamp_(double low, double high) {
        value(() -> raw.clamp_(new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high))));
        return this;
    }

    /** this += value · a · b. */
    public Tensor addcmul_(Tensor a, Tensor b, double value) {
        value(() -> raw.addcmul_(a.raw, b.raw, new Scalar(value)));
        return this;
    }

    /** this += value · a / b. */
    public Tensor addcdiv_(Tensor a, Tensor b, double value) {
        value(() -> raw.addcdiv_(a.raw, b.raw, new Scalar(value)));
        return this;
    }

    /** Sets every element. */
    public Tensor fill_(double value) {
        value(() -> raw.fill_(new Scalar(value)));
        return this;
    }

    // Differentiation.

    /** The same values, not connected to how they were computed; shares memory. */
    public Tensor detach() {
        return call(raw::detach);
    }

    /** Marks a tensor as one to differentiate with respect to. */
    public Tensor requiresGrad() {
        value(() -> raw.set_requires_grad(true));
        return this;
    }

    // To Java.

    /** The value of a tensor of one element. */
    public double item() {
        return value(raw::item_double);
    }

    /** Whether every element is finite. */
    public boolean allFinite() {
        return value(() -> torch.isfinite(raw).all().item_bool());
    }

    /** Whether shape, type and every element are equal; NaN equals nothing. */
    public boolean sameAs(Tensor other) {
        return type() == other.type() && Arrays.equals(shape(), other.shape()) && value(() -> raw.equal(other.raw));
    }

    /** The elements in row-major order; the caller owns the array. */
    public float[] toFloats() {
        float[] values = new float[Math.toIntExact(elements())];
        if (values.length == 0) {
            return values; // no memory to read from
        }
        value(() -> {
            try (org.bytedeco.pytorch.Tensor flat = raw.detach().cpu().toType(DType.FLOAT32.torch()).contiguous()) {
                return flat.data_ptr_float().get(values);
            }
        });
        return values;
    }

    /** The elements in row-major order and double precision; the caller owns the array. */
    public double[] toDoubles() {
        double[] values = new double[Math.toIntExact(elements())];
        if (values.length == 0) {
            return values; // no memory to read from
        }
        value(() -> {
            try (org.bytedeco.pytorch.Tensor flat = raw.detach().cpu().toType(DType.FLOAT64.torch()).contiguous()) {
                return flat.data_ptr_double().get(values);
            }
        });
        return values;
    }

    /** The elements of a tensor of bytes; the caller owns the array. */
    public byte[] toBytes() {
        double[] values = toDoubles();
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) values[i];
        }
        return bytes;
    }

    /** Frees the tensor; idempotent. */
    @Override
    public void close() {
        raw.close();
    }

    /** Shape and type. */
    @Override
    public String toString() {
        return raw.isNull() ? "closed tensor" : type() + Arrays.toString(shape());
    }
}
