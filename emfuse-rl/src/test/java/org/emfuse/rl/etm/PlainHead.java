package org.emfuse.rl.etm;

import java.util.Arrays;
import java.util.List;

/**
 * The energy's ReLU network and the gradient penalty in double precision and plain loops: the specification that the tensors are
 * compared with.
 */
final class PlainHead {

    private final double[][][] weights;
    private final double[][] biases;
    private final int fixed;

    /**
     * A network from its parameters in the order of declaration: weights of the fixed input and of the varying one, first bias,
     * then weight and bias of each further layer.
     */
    PlainHead(List<double[]> parameters, int fixed, int varying, int width, int depth) {
        this.fixed = fixed;
        this.weights = new double[depth + 1][][];
        this.biases = new double[depth + 1][];
        double[] first = new double[(fixed + varying) * width];
        System.arraycopy(parameters.get(0), 0, first, 0, fixed * width);
        System.arraycopy(parameters.get(1), 0, first, fixed * width, varying * width);
        weights[0] = matrix(first, width);
        biases[0] = parameters.get(2);
        for (int i = 1; i <= depth; i++) {
            weights[i] = matrix(parameters.get(1 + 2 * i), i < depth ? width : 1);
            biases[i] = parameters.get(2 + 2 * i);
        }
    }

    private static double[][] matrix(double[] values, int columns) {
        double[][] rows = new double[values.length / columns][columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values, i * columns, rows[i], 0, columns);
        }
        return rows;
    }

    /** Values of all layers before their ReLU; the last is the energy. */
    private double[][] layers(double[] context, double[] target) {
        double[][] values = new double[weights.length][];
        double[] input = new double[context.length + target.length];
        System.arraycopy(context, 0, input, 0, context.length);
        System.arraycopy(target, 0, input, context.length, target.length);
        for (int i = 0; i < weights.length; i++) {
            values[i] = biases[i].clone();
            for (int a = 0; a < input.length; a++) {
                for (int b = 0; b < values[i].length; b++) {
                    values[i][b] += input[a] * weights[i][a][b];
                }
            }
            input = values[i].clone();
            for (int b = 0; b < input.length; b++) {
                input[b] = Math.max(0, input[b]);
            }
        }
        return values;
    }

    double energy(double[] context, double[] target) {
        return layers(context, target)[weights.length - 1][0];
    }

    /** ∂E/∂target. */
    double[] gradient(double[] context, double[] target) {
        double[][] values = layers(context, target);
        double[] signal = {1};
        for (int i = weights.length - 1; i >= 0; i--) {
            double[] behind = new double[weights[i].length];
            for (int a = 0; a < behind.length; a++) {
                for (int b = 0; b < signal.length; b++) {
                    behind[a] += weights[i][a][b] * signal[b];
                }
                if (i > 0 && values[i - 1][a] <= 0) {
                    behind[a] = 0;
                }
            }
            signal = behind;
        }
        return Arrays.copyOfRange(signal, fixed, signal.length);
    }

    /** {@code Σ max(0, |∂E/∂target| - margin)²} over rows. */
    double penalty(double[][] contexts, double[][] targets, double margin) {
        double sum = 0;
        for (int i = 0; i < contexts.length; i++) {
            double square = 0;
            for (double slope : gradient(contexts[i], targets[i])) {
                square += slope * slope;
            }
            double excess = Math.max(0, Math.sqrt(square) - margin);
            sum += excess * excess;
        }
        return sum;
    }
}
