package org.emfuse.fusion;

import java.util.List;

import org.emfuse.energy.EnergyFusion;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.FloatEnergies;

/**
 * How far a sequence of EMSelect strays from EMFuse's consensus (spec 02 §4): KL(Q ‖ F) ≤ Σ_t Δ_t^max by the chain rule.
 * Steps of infinite divergence are counted apart; sums and means are over the finite ones. With tokens sampled from the
 * selected experts at temperature 1, {@link #selectedToFused} estimates KL(Q ‖ F) without bias; greedy runs give a
 * diagnostic only.
 */
public final class SequenceBound {

    private int steps;
    private int infiniteSteps;
    private double selectedToFused;
    private double worstToFused;
    private double fusedToSelected;
    private double disagreement;
    private double direct;

    /**
     * Adds a step.
     *
     * @param step its diagnostics, with the expert that was chosen
     * @param rows the experts' rows
     * @param token the token that was taken
     * @throws IllegalArgumentException if no expert was chosen
     */
    public void add(FusedStep step, List<float[]> rows, int token) {
        if (step.chosen() < 0) {
            throw new IllegalArgumentException("the bound is about selected experts; this step blended them");
        }
        steps++;
        double worst = 0;
        for (int i = 0; i < rows.size(); i++) {
            worst = step.weights().lambda(i) > 0 ? Math.max(worst, step.klToFuse()[i]) : worst;
        }
        if (Double.isInfinite(worst)) {
            infiniteSteps++;
            return;
        }
        selectedToFused += step.klToFuse()[step.chosen()];
        worstToFused += worst;
        fusedToSelected += step.klFuseTo()[step.chosen()];
        disagreement -= step.logZ();
        direct += fusedEnergy(step.weights(), rows, token) + step.logZ() - rows.get(step.chosen())[token];
    }

    private static double fusedEnergy(ExpertWeights weights, List<float[]> rows, int token) {
        return EnergyFusion.fuse(weights,
                rows.stream().map(row -> new float[]{row[token]}).toList(), FloatEnergies.SPACE)[0];
    }

    /** Steps added. */
    public int steps() {
        return steps;
    }

    /** Steps in which some expert allows what the consensus forbids. */
    public int infiniteSteps() {
        return infiniteSteps;
    }

    /** Σ_t KL(q_t ‖ f_t) in nats. */
    public double selectedToFused() {
        return selectedToFused;
    }

    /** Σ_t max_i KL(p_i ‖ f_t) in nats: the bound on the visited prefixes; at least {@link #selectedToFused}. */
    public double bound() {
        return worstToFused;
    }

    /** Σ_t KL(f_t ‖ q_t) in nats. */
    public double fusedToSelected() {
        return fusedToSelected;
    }

    /** Σ_t -log Z_t in nats. */
    public double disagreement() {
        return disagreement;
    }

    /** Σ_t log q_t(y_t) - log f_t(y_t) in nats: the direct estimate of KL(Q ‖ F). */
    public double directEstimate() {
        return direct;
    }
}
