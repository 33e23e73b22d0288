package org.emfuse.energy;

import java.util.Arrays;

/** λ, the experts' weights: finite, non-negative, summing to 1. Immutable. */
public final class ExpertWeights {

    /** How far a given sum may be from 1 before it is refused; within it the weights are renormalised (spec 01 §4). */
    public static final double SUM_TOLERANCE = 1e-6;

    private final double[] lambda;

    private ExpertWeights(double[] lambda) {
        this.lambda = lambda;
    }

    /**
     * The given weights, renormalised if their sum is within {@link #SUM_TOLERANCE} of 1.
     *
     * @throws IllegalArgumentException if a weight is negative or not finite, there is none, or the sum is not 1
     */
    public static ExpertWeights of(double... lambda) {
        double sum = 0;
        for (double l : lambda) {
            if (!(l >= 0) || Double.isInfinite(l)) {
                throw new IllegalArgumentException(
                        "expert weights must be finite and at least 0, found " + Arrays.toString(lambda));
            }
            sum += l;
        }
        if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
            throw new IllegalArgumentException(
                    "expert weights must sum to 1, found " + Arrays.toString(lambda) + " with sum " + sum);
        }
        double[] copy = lambda.clone();
        for (int i = 0; i < copy.length; i++) {
            copy[i] /= sum;
        }
        return new ExpertWeights(copy);
    }

    /** 1/n for each of n experts. */
    public static ExpertWeights uniform(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("expected at least one expert, found " + n);
        }
        double[] lambda = new double[n];
        Arrays.fill(lambda, 1.0 / n);
        return new ExpertWeights(lambda);
    }

    /** All weight on expert {@code index} of {@code n}. */
    public static ExpertWeights vertex(int n, int index) {
        double[] lambda = new double[n];
        lambda[index] = 1;
        return new ExpertWeights(lambda);
    }

    /** The number of experts. */
    public int size() {
        return lambda.length;
    }

    /** λ of expert {@code i}, in [0, 1]. */
    public double lambda(int i) {
        return lambda[i];
    }

    /** A copy of all weights, in the experts' order. */
    public double[] toArray() {
        return lambda.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExpertWeights weights && Arrays.equals(lambda, weights.lambda);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lambda);
    }

    @Override
    public String toString() {
        return Arrays.toString(lambda);
    }
}
