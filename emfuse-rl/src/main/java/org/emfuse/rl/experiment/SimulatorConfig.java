package org.emfuse.rl.experiment;

import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.torch.DType;

/**
 * How energies become a simulator.
 *
 * @param chain that finds predictions, without noise
 * @param products type in which derivatives along it are computed
 * @param weights of several energies at each state
 * @param calibrated whether energies are summed on the scales of likelihoods ({@link org.emfuse.rl.etm.Calibration})
 */
public record SimulatorConfig(Chain chain, DType products, PredictionRule.Weights weights, boolean calibrated) {

    /** The same with other weights. */
    SimulatorConfig with(PredictionRule.Weights other, boolean calibration) {
        return new SimulatorConfig(chain, products, other, calibration);
    }
}
