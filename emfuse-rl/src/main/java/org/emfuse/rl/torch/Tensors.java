package org.emfuse.rl.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** Makes tensors from Java values and from other tensors. Values from Java are copied. */
public final class Tensors {

    private Tensors() {}

    /** Single-precision values under a shape. */
    public static Tensor of(float[] values, long... shape) {
        Torch.load();
        check(values.length, shape);
        return Tensor.call(() -> {
            try (FloatPointer data = new FloatPointer(values)) {
                return torch.from_blob(data, shape, options(DType.FLOAT32)).clone();
            }
        });
    }

    /** Double-precision values under a shape. */
    public static Tensor of(double[] values, long... shape) {
        Torch.load();
        check(values.length, shape);
        return Tensor.call(() -> {
            try (DoublePointer data = new DoublePointer(values)) {
                return torch.from_blob(data, shape, options(DType.FLOAT64)).clone();
            }
        });
    }

    /** Indices under a shape. */
    public static Tensor of(long[] values, long... shape) {
        Torch.load();
        check(values.length, shape);
        return Tensor.call(() -> {
            try (LongPointer data = new LongPointer(values)) {
                return torch.from_blob(data, shape, options(DType.INT64)).clone();
            }
        });
    }

    /** Bytes [n]. */
    public static Tensor of(byte[] values) {
        return raw(values, DType.UINT8, values.length);
    }

    /** Elements of any type from their little-endian bytes. */
    static Tensor raw(byte[] values, DType type, long... shape) {
        Torch.load();
        check(values.length / type.bytes(), shape);
        if (values.length == 0) {
            return zeros(type, shape);
        }
        return Tensor.call(() -> {
            try (BytePointer data = new BytePointer(values)) {
                return torch.from_blob(data, shape, options(type)).clone();
            }
        });
    }

    private static void check(long found, long... shape) {
        long expected = 1;
        for (long size : shape) {
            expected *= size;
        }
        if (found != expected) {
            throw new IllegalArgumentException("a tensor of that shape has " + expected + " values, found " + found);
        }
    }

    private static TensorOptions options(DType type) {
        return new TensorOptions(type.torch());
    }

    /** A single-precision tensor of no dimensions. */
    public static Tensor scalar(double value) {
        return zeros().fill_(value);
    }

    /** Zeros in single precision. */
    public static Tensor zeros(long... shape) {
        return zeros(DType.FLOAT32, shape);
    }

    /** Zeros. */
    public static Tensor zeros(DType type, long... shape) {
        Torch.load();
        return Tensor.call(() -> torch.zeros(shape, options(type)));
    }

    /** Tensors one after the other along a dimension that exists. */
    public static Tensor cat(long dimension, Tensor... parts) {
        return Tensor.call(() -> torch.cat(vector(parts), dimension));
    }

    /** Tensors of one shape along a new dimension. */
    public static Tensor stack(long dimension, Tensor... parts) {
        return Tensor.call(() -> torch.stack(vector(parts), dimension));
    }

    /**
     * A function of each row, evaluated on at most so many rows at once: large batches take less memory so, and less time
     * a row, because what one block computes stays in the processor's cache.
     *
     * @param x [n, …], n >= 1
     * @param rows at once, >= 1
     * @param function of a block [r, …] that gives [r, …]; each row's result must depend on that row alone
     * @return [n, …], not connected to how it was computed
     */
    public static Tensor chunked(Tensor x, long rows, UnaryOperator<Tensor> function) {
        if (rows < 1) {
            throw new IllegalArgumentException("at least one row at once is needed, found " + rows);
        }
        long n = x.size(0);
        List<Tensor> parts = new ArrayList<>();
        try {
            for (long start = 0; start < n; start += rows) {
                try (TorchScope scope = new TorchScope()) {
                    Tensor block = x.narrow(0, start, Math.min(rows, n - start));
                    parts.add(scope.keep(function.apply(block).detach()));
                }
            }
            return cat(0, parts.toArray(Tensor[]::new));
        } finally {
            parts.forEach(Tensor::close);
        }
    }

    /** {@code bias + x · w}. */
    public static Tensor addmm(Tensor bias, Tensor x, Tensor w) {
        return Tensor.call(() -> torch.addmm(bias.raw(), x.raw(), w.raw()));
    }

    /**
     * The solution x of {@code a x = b} for a symmetric, positive definite a, by Cholesky's factors.
     *
     * @throws TorchException if a is not positive definite
     */
    public static Tensor choleskySolve(Tensor a, Tensor b) {
        return Tensor.call(() -> torch.cholesky_solve(b.raw(), torch.linalg_cholesky(a.raw())));
    }

    /** {@code bias + x · w} for a batch of matrices. */
    public static Tensor baddbmm(Tensor bias, Tensor x, Tensor w) {
        return Tensor.call(() -> torch.baddbmm(bias.raw(), x.raw(), w.raw()));
    }

    /** {@code x + scale · y}, element by element. */
    public static Tensor addcmul(Tensor x, Tensor scale, Tensor y) {
        return Tensor.call(() -> torch.addcmul(x.raw(), scale.raw(), y.raw()));
    }

    /** {@code a} where the mask is set, {@code b} elsewhere. */
    public static Tensor where(Tensor mask, Tensor a, Tensor b) {
        return Tensor.call(() -> torch.where(mask.raw(), a.raw(), b.raw()));
    }

    /** {@code x} with a number where the mask is set. */
    public static Tensor maskedFill(Tensor x, Tensor mask, double value) {
        return Tensor.call(() -> x.raw().masked_fill(mask.raw(), new Scalar(value)));
    }

    /** Normalises the last dimension to mean 0 and variance 1, then scales and shifts it. */
    public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
        return Tensor
                .call(() -> torch.layer_norm(x.raw(), new long[]{x.raw().size(-1)}, new TensorOptional(weight.raw()),
                        new TensorOptional(bias.raw()), epsilon, false));
    }

    /** 0, 1, …, n - 1 as indices. */
    public static Tensor range(long n) {
        Torch.load();
        return Tensor.call(() -> torch.arange(new Scalar(n), options(DType.INT64)));
    }

    /**
     * The derivative of a function's sum at a point, by automatic differentiation, also where recording is off.
     *
     * @param function of the point; it may use parameters that want derivatives of their own
     * @return of the point's shape, without a graph
     */
    public static Tensor gradient(UnaryOperator<Tensor> function, Tensor x) {
        AutoGradMode recording = new AutoGradMode(true);
        try {
            Tensor point = x.detach().requiresGrad();
            return gradients(function.apply(point), List.of(point), false)[0];
        } finally {
            recording.close();
        }
    }

    /**
     * Derivatives of a sum of outputs.
     *
     * @param output one tensor, usually of one element; where it has more, their sum is differentiated
     * @param inputs with respect to which
     * @param differentiable whether the derivatives themselves can be differentiated again
     * @return one tensor per input, of its shape
     * @throws TorchException if the output does not depend on one of them
     */
    public static Tensor[] gradients(Tensor output, List<Tensor> inputs, boolean differentiable) {
        return gradients(output, inputs, differentiable, false);
    }

    /** As above; where {@code mayBeUnused}, an input on which the output does not depend gets zeros instead of a refusal. */
    static Tensor[] gradients(Tensor output, List<Tensor> inputs, boolean differentiable, boolean mayBeUnused) {
        TensorVector derivatives = Tensor.value(() -> {
            org.bytedeco.pytorch.Tensor total = output.elements() == 1 ? output.raw() : output.raw().sum();
            return torch.grad(new TensorVector(total), vector(inputs.toArray(Tensor[]::new)), new TensorVector(),
                    new BoolOptional(), differentiable, mayBeUnused);
        });
        Tensor[] result = new Tensor[inputs.size()];
        for (int i = 0; i < result.length; i++) {
            org.bytedeco.pytorch.Tensor derivative = derivatives.get(i);
            result[i] = derivative.defined() ? Tensor.of(derivative) : zeros(inputs.get(i).shape());
        }
        return result;
    }

    static TensorVector vector(Tensor... tensors) {
        org.bytedeco.pytorch.Tensor[] raws = new org.bytedeco.pytorch.Tensor[tensors.length];
        for (int i = 0; i < raws.length; i++) {
            raws[i] = tensors[i].raw();
        }
        return new TensorVector(raws);
    }

}
