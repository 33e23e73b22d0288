package org.emfuse.fusion;

import java.util.List;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.InvalidEnergiesException;
import org.jspecify.annotations.Nullable;

/** Where λ comes from. Whatever the answer, the sum is the one law. */
public sealed interface Weighting {

    /** The name used in files and options: {@code uniform}, {@code fixed}, {@code prompt}, {@code entropy}. */
    String name();

    /** Whether {@link #forSequence} reads the experts' prompt losses. */
    default boolean needsPromptLosses() {
        return false;
    }

    /**
     * λ of a sequence, before its first row.
     *
     * @param n experts
     * @param promptLosses mean -log p of the prompt under each expert, in nats; read only if {@link #needsPromptLosses}
     * @throws IllegalArgumentException if what is needed is missing or does not fit n
     */
    ExpertWeights forSequence(int n, double @Nullable [] promptLosses);

    /** λ of one row: that of the sequence, unless the weighting looks at the row itself. */
    default ExpertWeights forRow(ExpertWeights sequence, List<float[]> rows) {
        return sequence;
    }

    /** 1/n each. */
    record Uniform() implements Weighting {
        @Override
        public String name() {
            return "uniform";
        }

        @Override
        public ExpertWeights forSequence(int n, double @Nullable [] promptLosses) {
            return ExpertWeights.uniform(n);
        }
    }

    /** Given once for all positions. */
    record Fixed(ExpertWeights weights) implements Weighting {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public ExpertWeights forSequence(int n, double @Nullable [] promptLosses) {
            if (weights.size() != n) {
                throw new IllegalArgumentException("expected " + n + " weights, one per expert, found " + weights);
            }
            return weights;
        }
    }

    /**
     * λ = softmax(-L/τ) of the experts' prompt losses, constant for a sequence (PackLLM-sim, spec 04 §1).
     *
     * @param tau nats, positive
     */
    record Prompt(double tau) implements Weighting {
        /** Refuses a τ that is not positive. */
        public Prompt {
            if (!(tau > 0) || Double.isInfinite(tau)) {
                throw new IllegalArgumentException("expected a positive tau for prompt weights, found " + tau);
            }
        }

        @Override
        public String name() {
            return "prompt";
        }

        @Override
        public boolean needsPromptLosses() {
            return true;
        }

        @Override
        public ExpertWeights forSequence(int n, double @Nullable [] promptLosses) {
            if (promptLosses == null || promptLosses.length != n) {
                throw new IllegalArgumentException("prompt weights need the prompt loss of each of " + n + " experts");
            }
            double[] exponents = new double[n];
            for (int i = 0; i < n; i++) {
                exponents[i] = -promptLosses[i] / tau;
            }
            return softmax(exponents);
        }
    }

    /**
     * λ_i(x) ∝ λ_i exp(-β H(p_i)/log V), anew at every position, from uniform λ (spec 01 §6).
     *
     * @param beta at least 0; 0 is uniform
     */
    record Entropy(double beta) implements Weighting {
        /** Refuses a negative β. */
        public Entropy {
            if (!(beta >= 0) || Double.isInfinite(beta)) {
                throw new IllegalArgumentException("expected a beta of at least 0 for entropy weights, found " + beta);
            }
        }

        @Override
        public String name() {
            return "entropy";
        }

        @Override
        public ExpertWeights forSequence(int n, double @Nullable [] promptLosses) {
            return ExpertWeights.uniform(n);
        }

        @Override
        public ExpertWeights forRow(ExpertWeights sequence, List<float[]> rows) {
            double[] exponents = new double[rows.size()];
            for (int i = 0; i < exponents.length; i++) {
                double lambda = sequence.lambda(i);
                exponents[i] = lambda == 0
                        ? Double.NEGATIVE_INFINITY
                        : Math.log(lambda) - beta * relativeEntropy(rows.get(i), i);
            }
            return softmax(exponents);
        }

        /** h = H(p)/log V in [0, 1]; 0 for a single outcome. */
        private static double relativeEntropy(float[] row, int expert) {
            FusionRule.requireSound(row, expert);
            return row.length == 1 ? 0 : Boltzmann.entropy(row) / Math.log(row.length);
        }
    }

    /**
     * Another weighting that leaves an expert out at a row where its energies are not valid (spec 01 §4, DROP), instead of
     * refusing the row, which is what happens without it (STRICT).
     *
     * @param of what decides among the experts that are left
     */
    record Dropping(Weighting of) implements Weighting {
        @Override
        public String name() {
            return of.name();
        }

        @Override
        public boolean needsPromptLosses() {
            return of.needsPromptLosses();
        }

        @Override
        public ExpertWeights forSequence(int n, double @Nullable [] promptLosses) {
            return of.forSequence(n, promptLosses);
        }

        @Override
        public ExpertWeights forRow(ExpertWeights sequence, List<float[]> rows) {
            return of.forRow(withoutFaulty(sequence, rows), rows);
        }

        /**
         * λ with 0 for every expert whose row holds NaN or no finite energy, the others scaled up to sum 1. An energy of -∞
         * (a logit of +∞) is an error even here.
         *
         * @throws InvalidEnergiesException if no expert with weight is left, or one that is has an energy of -∞
         */
        static ExpertWeights withoutFaulty(ExpertWeights weights, List<float[]> rows) {
            double[] lambda = weights.toArray();
            double left = 0;
            for (int i = 0; i < lambda.length; i++) {
                lambda[i] = lambda[i] > 0 && isDropped(rows.get(i)) ? 0 : lambda[i];
                if (lambda[i] > 0) {
                    FusionRule.requireSound(rows.get(i), i);
                }
                left += lambda[i];
            }
            if (left == 0) {
                throw new InvalidEnergiesException("no expert with weight has valid energies at this position");
            }
            for (int i = 0; i < lambda.length; i++) {
                lambda[i] /= left;
            }
            return ExpertWeights.of(lambda);
        }

        private static boolean isDropped(float[] row) {
            int bad = Boltzmann.firstInvalid(row);
            return bad >= 0 ? Float.isNaN(row[bad]) : Boltzmann.isEmpty(row);
        }
    }

    private static ExpertWeights softmax(double[] exponents) {
        double max = Double.NEGATIVE_INFINITY;
        for (double e : exponents) {
            max = Math.max(max, e);
        }
        double[] weights = new double[exponents.length];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp(exponents[i] - max);
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return ExpertWeights.of(weights);
    }
}
