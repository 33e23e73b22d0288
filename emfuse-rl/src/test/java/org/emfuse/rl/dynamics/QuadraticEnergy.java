package org.emfuse.rl.dynamics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;

/**
 * {@code E(Δ) = ½ (Δ - b)ᵀ A (Δ - b)} in raw units: minus the logarithm of a Gaussian density with mean b and precision A. The
 * mean may depend on what follows from the slice; energies and derivatives are exact.
 */
public final class QuadraticEnergy implements TransitionEnergy {

    /** The mean targets [b, d + 1] of slices, raw units. */
    @FunctionalInterface
    public interface Mean {
        Tensor of(Slices slices);
    }

    private final String name;
    private final TransitionSpace space;
    private final int longest;
    private final double[][] precision;
    private final double[] scale;
    private final Mean mean;
    private boolean closed;

    public QuadraticEnergy(String name, TransitionSpace space, int longest, double[][] precision, double[] scale,
            Mean mean) {
        this.name = name;
        this.space = space;
        this.longest = longest;
        this.precision = precision;
        this.scale = scale;
        this.mean = mean;
    }

    /** One precision for each coordinate, one mean for all slices. */
    static QuadraticEnergy diagonal(String name, double[] precision, double[] scale, double... mean) {
        double[][] matrix = new double[precision.length][precision.length];
        for (int j = 0; j < precision.length; j++) {
            matrix[j][j] = precision[j];
        }
        return new QuadraticEnergy(name, line(precision.length - 1, 1), 1, matrix, scale, constant(mean));
    }

    /** The same mean for all slices. */
    public static Mean constant(double... mean) {
        return slices -> Tensors.of(floats(mean), 1, mean.length).expand(slices.size(), mean.length);
    }

    /** A space of so many coordinates without bounds, and as many actions in [-1, 1]. */
    public static TransitionSpace line(int observationSize, int actionSize) {
        return new TransitionSpace("test", quantities("x", observationSize, Double.POSITIVE_INFINITY),
                quantities("a", actionSize, 1));
    }

    private static List<Quantity> quantities(String letter, int count, double bound) {
        List<Quantity> quantities = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            quantities.add(new Quantity(letter + i, "1", -bound, bound));
        }
        return quantities;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TransitionSpace space() {
        return space;
    }

    @Override
    public int longestSlice() {
        return longest;
    }

    @Override
    public EnergyLandscape given(Slices slices) {
        if (slices.longest() > longest) {
            throw new IllegalArgumentException(name + " takes slices of at most " + longest + " actions, found "
                    + slices.longest());
        }
        Slices placed = slices.withPlaces(longest);
        int size = space.targetSize();
        float[] matrix = new float[size * size];
        for (int i = 0; i < size; i++) {
            System.arraycopy(floats(precision[i]), 0, matrix, i * size, size);
        }
        return new Landscape(Tensors.of(matrix, size, size),
                Tensors.of(floats(scale), 1, size).expand(placed.size(), size), mean.of(placed));
    }

    private record Landscape(Tensor precision, Tensor scale, Tensor mean) implements EnergyLandscape {

        private Tensor distance(Tensor u) {
            return u.mul(scale).sub(mean);
        }

        @Override
        public Tensor centre() {
            return mean.div(scale).mul(0.5); // a start that is not the end
        }

        @Override
        public Tensor energy(Tensor u) {
            Tensor distance = distance(u);
            return distance.matmul(precision).mul(distance).sum(1, false).mul(0.5);
        }

        @Override
        public Tensor gradient(Tensor u) {
            return distance(u).matmul(precision).mul(scale);
        }

        @Override
        public EnergyLandscape rows(long first, long count) {
            UnaryOperator<Tensor> part = tensor -> tensor.narrow(0, first, count);
            return new Landscape(precision, part.apply(scale), part.apply(mean));
        }
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return name + Arrays.deepToString(precision);
    }
}
