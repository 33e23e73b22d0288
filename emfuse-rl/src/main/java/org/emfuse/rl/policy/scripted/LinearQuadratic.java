package org.emfuse.rl.policy.scripted;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Linear-quadratic regulation with one input in discrete time: {@code x' = A x + B u} with cost {@code x'Qx + r u²} per step.
 * The optimal input is {@code u = -K x}, its cost to go {@code x'Px} (Bertsekas, "Dynamic Programming and Optimal Control").
 *
 * @param gain K, one value per state coordinate
 * @param value P
 */
record LinearQuadratic(double[] gain, double[][] value) {

    private static final int MOST_ITERATIONS = 100_000;

    /** What is optimal with a step to go, where {@code next} is the value after it: one step of the Riccati recursion. */
    static LinearQuadratic step(double[][] a, double[] b, double[][] q, double r, double[][] next) {
        int n = b.length;
        double[] pb = times(next, b);
        double denominator = r + dot(b, pb);
        double[] gain = new double[n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                gain[j] += pb[i] * a[i][j] / denominator;
            }
        }
        double[][] value = new double[n][n];
        for (int j = 0; j < n; j++) {
            double[] closed = new double[n];
            for (int i = 0; i < n; i++) {
                closed[i] = a[i][j] - b[i] * gain[j];
            }
            double[] weighted = times(next, closed);
            for (int i = 0; i < n; i++) {
                value[i][j] = q[i][j];
                for (int k = 0; k < n; k++) {
                    value[i][j] += a[k][i] * weighted[k];
                }
            }
        }
        return new LinearQuadratic(gain, value);
    }

    /** The optimum over a finite horizon, by step of the episode; nothing is paid after the last step. */
    static List<LinearQuadratic> finite(double[][] a, double[] b, double[][] q, double r, int horizon) {
        List<LinearQuadratic> steps = new ArrayList<>();
        double[][] next = new double[b.length][b.length];
        for (int t = horizon - 1; t >= 0; t--) {
            LinearQuadratic step = step(a, b, q, r, next);
            steps.add(step);
            next = step.value;
        }
        Collections.reverse(steps);
        return List.copyOf(steps);
    }

    /** The optimum over an infinite horizon: the fixed point of the recursion. */
    static LinearQuadratic stationary(double[][] a, double[] b, double[][] q, double r) {
        LinearQuadratic current = step(a, b, q, r, q);
        for (int i = 0; i < MOST_ITERATIONS; i++) {
            LinearQuadratic next = step(a, b, q, r, current.value);
            if (difference(current.gain, next.gain) <= 1e-12 * (1 + norm(next.gain))) {
                return next;
            }
            current = next;
        }
        throw new IllegalArgumentException("the Riccati recursion did not converge: the system cannot be stabilised");
    }

    /**
     * Exact discretisation of {@code ẋ = A x + B u} with u constant during a step: the first rows of
     * {@code exp([A B; 0 0] dt)}.
     *
     * @return [n × (n + 1)]: the discrete A, and the discrete B as the last column
     */
    static double[][] discretised(double[][] a, double[] b, double dt) {
        int n = b.length;
        double[][] sum = new double[n][n + 1];
        double[][] term = new double[n][n + 1];
        for (int i = 0; i < n; i++) {
            term[i][i] = 1;
            sum[i][i] = 1;
        }
        for (int k = 1; k <= 30; k++) {
            double[][] next = new double[n][n + 1];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    for (int l = 0; l < n; l++) {
                        next[i][j] += term[i][l] * a[l][j] * dt / k;
                    }
                    next[i][n] += term[i][j] * b[j] * dt / k;
                }
                for (int j = 0; j <= n; j++) {
                    sum[i][j] += next[i][j];
                }
            }
            term = next;
        }
        return sum;
    }

    /** -K x. */
    double input(double... x) {
        return -dot(gain, x);
    }

    private static double[] times(double[][] matrix, double[] x) {
        double[] product = new double[matrix.length];
        for (int i = 0; i < product.length; i++) {
            product[i] = dot(matrix[i], x);
        }
        return product;
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static double norm(double[] x) {
        return Math.sqrt(dot(x, x));
    }

    private static double difference(double[] x, double[] y) {
        double largest = 0;
        for (int i = 0; i < x.length; i++) {
            largest = Math.max(largest, Math.abs(x[i] - y[i]));
        }
        return largest;
    }
}
