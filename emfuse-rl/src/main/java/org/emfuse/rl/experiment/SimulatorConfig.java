package org.emfuse.rl.experiment;

import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.HistoryDivergence;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.torch.DType;

/**
 * How energies become a simulator (spec 06 §§2, 3).
 *
 * @param chain that finds predictions, without noise
 * @param products type in which derivatives along it are computed
 * @param weights of several energies at each state
 * @param calibrated whether energies are summed on the scales of likelihoods ({@link org.emfuse.rl.etm.Calibration})
 * @param next which prediction a trajectory goes on with
 * @param uncertainty from which predictions the uncertainty comes
 * @param form of the uncertainty
 * @param spread by how many times the distance between the experts' own predictions it grows
 */
public record SimulatorConfig(Chain chain, DType products, PredictionRule.Weights weights, boolean calibrated,
        PredictionRule.Next next, PredictionRule.Uncertainty uncertainty, HistoryDivergence.Form form, double spread) {

    /** The usual one: equal weights, and the divergence of all slices is the uncertainty. */
    public static SimulatorConfig of(Chain chain, DType products, PredictionRule.Next next) {
        return new SimulatorConfig(chain, products, PredictionRule.Weights.FIXED, false, next,
                PredictionRule.Uncertainty.SLICES,
                HistoryDivergence.Form.ROOT_MEAN_SQUARE, 0);
    }

    /** The same with other weights. */
    SimulatorConfig with(PredictionRule.Weights other, boolean calibration) {
        return new SimulatorConfig(chain, products, other, calibration, next, uncertainty, form, spread);
    }

    /** The rule of predictions with equal weights. */
    PredictionRule rule(double[] unit) {
        return new PredictionRule(chain, next, uncertainty, new HistoryDivergence(form, unit),
                PredictionRule.Weights.FIXED, spread);
    }
}
