package org.emfuse.energy;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Random rows for tests, and plain double computations to compare with. */
public final class Rows {

    private Rows() {}

    /** Normal logits of the given spread. */
    public static double[] logits(SplittableRandom random, int size, double spread) {
        double[] z = new double[size];
        for (int v = 0; v < size; v++) {
            z[v] = spread * random.nextGaussian();
        }
        return z;
    }

    /** Energies of probabilities. */
    public static float[] energies(double... probabilities) {
        float[] e = new float[probabilities.length];
        for (int v = 0; v < e.length; v++) {
            e[v] = (float) -Math.log(probabilities[v]);
        }
        return e;
    }

    /** softmax of logits, in double. */
    public static double[] softmax(double[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (double z : logits) {
            max = Math.max(max, z);
        }
        double sum = 0;
        double[] p = new double[logits.length];
        for (int v = 0; v < p.length; v++) {
            p[v] = Math.exp(logits[v] - max);
            sum += p[v];
        }
        for (int v = 0; v < p.length; v++) {
            p[v] /= sum;
        }
        return p;
    }

    /** A normalised row of random energies. */
    public static float[] row(SplittableRandom random, int size, double spread) {
        return energies(softmax(logits(random, size, spread)));
    }

    /** A row of energies of Dirichlet(concentration) probabilities. */
    public static float[] dirichlet(SplittableRandom random, int size, double concentration) {
        double[] gamma = new double[size];
        for (int v = 0; v < size; v++) {
            gamma[v] = gamma(random, concentration);
        }
        return energies(normalized(gamma));
    }

    /** A Gamma(shape) variate by Marsaglia and Tsang (2000). */
    private static double gamma(SplittableRandom random, double shape) {
        if (shape < 1) {
            return gamma(random, shape + 1) * Math.pow(random.nextDouble(), 1 / shape);
        }
        double d = shape - 1 / 3.0;
        while (true) {
            double x = random.nextGaussian();
            double v = Math.pow(1 + x / Math.sqrt(9 * d), 3);
            if (v > 0 && Math.log(random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }

    /** exp(-E). */
    public static double[] probabilities(float[] energies) {
        double[] p = new double[energies.length];
        for (int v = 0; v < p.length; v++) {
            p[v] = Math.exp(-(double) energies[v]);
        }
        return p;
    }

    /** KL(p ‖ q) of probabilities, directly. */
    public static double kl(double[] p, double[] q) {
        double sum = 0;
        for (int v = 0; v < p.length; v++) {
            sum += p[v] > 0 ? p[v] * Math.log(p[v] / q[v]) : 0;
        }
        return sum;
    }

    /** Π p_i^λ_i, unnormalised, directly. */
    public static double[] product(double[][] p, double... lambda) {
        double[] product = new double[p[0].length];
        for (int v = 0; v < product.length; v++) {
            product[v] = 1;
            for (int i = 0; i < p.length; i++) {
                product[v] *= lambda[i] == 0 ? 1 : Math.pow(p[i][v], lambda[i]);
            }
        }
        return product;
    }

    /** The sum of an array. */
    public static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }

    /** The array divided by its sum. */
    public static double[] normalized(double[] values) {
        double sum = sum(values);
        return Arrays.stream(values).map(x -> x / sum).toArray();
    }
}
