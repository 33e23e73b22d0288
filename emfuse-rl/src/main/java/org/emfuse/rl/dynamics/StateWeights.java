package org.emfuse.rl.dynamics;

import java.util.Arrays;

import org.emfuse.energy.ExpertWeights;

/**
 * Weights of experts that depend on the state: {@code λ_i(x) = λ_i r_i(x)} with {@code Σ λ_i r_i(x) = 1}, from each expert's own
 * uncertainty {@code u_i(x)} (spec 06 §2).
 *
 * @param kind how they depend on it
 * @param base the λ_i
 * @param tolerances ε_i of each expert, the square of its usual uncertainty, > 0; empty for weights that do not depend on the state
 */
record StateWeights(PredictionRule.Weights kind, ExpertWeights base, double[] tolerances) {

    /** Copies the tolerances, and checks that there is one for each expert where they are needed. */
    StateWeights {
        tolerances = tolerances.clone();
        if (kind != PredictionRule.Weights.FIXED && (tolerances.length != base.size()
                || Arrays.stream(tolerances).anyMatch(tolerance -> !(tolerance > 0)))) {
            throw new IllegalArgumentException("weights by state need the usual uncertainty of each of the "
                    + base.size() + " experts, > 0; found " + Arrays.toString(tolerances));
        }
    }

    /** Whether they depend on the state at all. */
    boolean fixed() {
        return kind == PredictionRule.Weights.FIXED;
    }

    /**
     * The factors at one state.
     *
     * @param u uncertainty of each expert there; of no matter for those that have no weight
     * @return r_i of each expert; 0 for those without weight
     */
    double[] factors(double[] u) {
        double[] say = new double[u.length];
        for (int i = 0; i < say.length; i++) {
            say[i] = base.lambda(i) == 0 ? 0 : switch (kind) {
                case FIXED -> 1;
                case PRECISION -> 1 / (tolerances[i] + u[i] * u[i]);
                case NEAREST -> tolerances[i] / (u[i] * u[i]);
            };
        }
        return kind == PredictionRule.Weights.NEAREST ? largest(say) : shares(say);
    }

    /** {@code r_i = s_i / Σ λ_j s_j}. */
    private double[] shares(double[] say) {
        double sum = 0;
        for (int i = 0; i < say.length; i++) {
            sum += base.lambda(i) * say[i];
        }
        for (int i = 0; i < say.length; i++) {
            say[i] /= sum;
        }
        return say;
    }

    /** All weight to the first of the experts with the most to say. */
    private double[] largest(double[] say) {
        int nearest = -1;
        for (int i = 0; i < say.length; i++) {
            nearest = base.lambda(i) > 0 && (nearest < 0 || say[i] > say[nearest]) ? i : nearest;
        }
        double[] all = new double[say.length];
        all[nearest] = 1 / base.lambda(nearest);
        return all;
    }
}
