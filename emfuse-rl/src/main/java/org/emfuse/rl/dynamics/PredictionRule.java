package org.emfuse.rl.dynamics;

import java.util.Arrays;
import java.util.List;

import org.emfuse.rl.env.Names;

/**
 * How an energy becomes a simulator (spec 05 §5, 06 §3).
 *
 * @param chain chains of predictions, without noise
 * @param next which prediction a trajectory goes on with
 * @param uncertainty from which predictions the uncertainty comes
 * @param divergence how it is measured
 * @param weights of the experts at each state
 * @param spread κ: the uncertainty grows by κ times the distance between the experts' own one-step predictions; 0 for not at all
 */
public record PredictionRule(Chain chain, Next next, Uncertainty uncertainty, HistoryDivergence divergence,
        Weights weights, double spread) {

    /** Weights of the experts of a fused energy at each state. */
    public enum Weights {
        /** The energy's λ everywhere. */
        FIXED,
        /**
         * {@code λ_i(x) ∝ λ_i / (ε_i + u_i(x)²)}, u_i the expert's own uncertainty and ε_i its median square on the expert's own
         * data: inverse variances (spec 06 §2).
         */
        PRECISION,
        /** 1 for the expert whose {@code u_i(x)² / ε_i} is the smallest, 0 for the others: that of the nearest domain. */
        NEAREST
    }

    /** Which prediction a trajectory goes on with. */
    public enum Next {
        /** That of a slice drawn at random each step. */
        RANDOM_SLICE("random"),
        /** That of the slice of length 1. */
        ONE_STEP("one-step"),
        /** The mean of all. */
        MEAN("mean"),
        /** As {@code RANDOM_SLICE}, from a chain of its own with noise 0.5; the uncertainty stays that without. */
        NOISY_STATE("noisy");

        private final String id;

        Next(String id) {
            this.id = id;
        }

        /**
         * The choice of a name.
         *
         * @throws IllegalArgumentException if there is none; lists the names
         */
        public static Next of(String name) {
            List<String> names = Arrays.stream(values()).map(Next::id).toList();
            return values()[names.indexOf(Names.known("choice of the next state", name, names))];
        }

        /** Its name, as users write it. */
        public String id() {
            return id;
        }
    }

    /** From which predictions the uncertainty comes. */
    public enum Uncertainty {
        /** Those of the energy as a whole. */
        SLICES,
        /** {@code Σ λ_i u_i} of the experts' own. */
        SUM,
        /** The largest of the experts' own. */
        MAX
    }

    /** Checks the ranges. */
    public PredictionRule {
        if (chain.noise() != 0) {
            throw new IllegalArgumentException("predictions that are compared are made without noise, found a noise of "
                    + chain.noise());
        }
        if (!(spread >= 0 && Double.isFinite(spread))) {
            throw new IllegalArgumentException("the factor of the experts' spread is at least 0, found " + spread);
        }
    }

    /** The usual rule: a random slice goes on, the divergence of all is the uncertainty. */
    public static PredictionRule of(Chain chain, double[] unit) {
        return new PredictionRule(chain, Next.RANDOM_SLICE, Uncertainty.SLICES,
                new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, unit), Weights.FIXED, 0);
    }

    /** The same with another choice of the next state. */
    public PredictionRule withNext(Next other) {
        return new PredictionRule(chain, other, uncertainty, divergence, weights, spread);
    }

    /** The same with another uncertainty. */
    public PredictionRule withUncertainty(Uncertainty other, double kappa) {
        return new PredictionRule(chain, next, other, divergence, weights, kappa);
    }

    /** The same with other weights. */
    public PredictionRule withWeights(Weights other) {
        return new PredictionRule(chain, next, uncertainty, divergence, other, spread);
    }
}
