package org.emfuse.fusion;

import org.emfuse.energy.ExpertWeights;

/** Where λ comes from. Whatever the answer, the sum is the one law. */
public sealed interface Weighting {

    /** The name used in files and options: {@code uniform}, {@code fixed}, {@code prompt}, {@code entropy}. */
    String name();

    /** 1/n each. */
    record Uniform() implements Weighting {
        @Override
        public String name() {
            return "uniform";
        }
    }

    /** Given once for all positions. */
    record Fixed(ExpertWeights weights) implements Weighting {
        @Override
        public String name() {
            return "fixed";
        }
    }

    /**
     * λ = softmax(-L/τ) of the experts' prompt losses, constant for a sequence (PackLLM-sim, spec 04 §1).
     *
     * @param tau nats, positive
     */
    record Prompt(double tau) implements Weighting {
        @Override
        public String name() {
            return "prompt";
        }
    }

    /**
     * λ_i ∝ exp(-β H(p_i)/log V), anew at every position (spec 01 §6).
     *
     * @param beta at least 0; 0 is uniform
     */
    record Entropy(double beta) implements Weighting {
        @Override
        public String name() {
            return "entropy";
        }
    }
}
