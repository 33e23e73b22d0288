package org.emfuse.rl.etm;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.EnergyLandscape;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.univariate.BrentOptimizer;
import org.hipparchus.optim.univariate.SearchInterval;
import org.hipparchus.optim.univariate.UnivariateObjectiveFunction;

/**
 * The scale of a learned energy (spec 05 §2). Contrastive learning against negatives of one's own finds low points and not
 * likelihoods: {@code β E} is the energy of a density for some β that depends on how the negatives came about. Ranking the truth
 * among candidates from a known density q finds it:
 *
 * <pre>
 * β = argmin mean -log (w_0 / Σ_k w_k),  w_k = exp(-β E(u_k)) / q(u_k)
 * u_0 the truth,  u_1 … u_63 ~ q = N(prediction, diag ρ²),  ρ the root mean square error of predictions
 * </pre>
 */
public final class Calibration {

    private static final int CANDIDATES = 63;
    private static final double LEAST_RHO = 1e-3;
    /** More than a box holds. */
    private static final double MOST_RHO = 10;
    /** Range of log β. Slopes of at most 5 and errors of a thousandth of the box make β of a few hundred. */
    private static final SearchInterval RANGE = new SearchInterval(-5, 12);

    private Calibration() {}

    /** Energies and log densities of the truth, first, and the candidates of one history. */
    private record Ranking(double[] energies, double[] logDensities) {

        /** {@code -log (w_0 / Σ w_k)}. */
        double loss(double beta) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < energies.length; k++) {
                largest = Math.max(largest, logWeight(beta, k));
            }
            double sum = 0;
            for (int k = 0; k < energies.length; k++) {
                sum += Math.exp(logWeight(beta, k) - largest);
            }
            return Math.log(sum) + largest - logWeight(beta, 0);
        }

        private double logWeight(double beta, int k) {
            return -beta * energies[k] - logDensities[k];
        }
    }

    /**
     * Finds β of an energy.
     *
     * @param data kept apart
     * @param chain that finds predictions
     * @param rows slices of each length, at most
     * @param seed of the candidates
     * @return β, in [e⁻⁵, e¹²]; at an end of that range where the energies say nothing, or everything
     */
    public static double beta(TransitionEnergy energy, SliceData data, Chain chain, int rows, LangevinSampler sampler,
            long seed) {
        List<Ranking> rankings = new ArrayList<>();
        TorchRandom random = new TorchRandom(seed);
        for (int m = 1; m <= Math.min(energy.longestSlice(), data.longest()); m++) {
            try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                SliceBatch batch = data.spread(m, rows);
                EnergyLandscape landscape = energy.given(batch.slices());
                Tensor predicted = sampler.sample(landscape, chain, RandomStream.of(seed, "calibration"));
                rankings.addAll(rankings(landscape, batch.targets().div(landscape.scale()), predicted, random));
            }
        }
        return Math.exp(new BrentOptimizer(1e-4, 1e-4)
                .optimize(GoalType.MINIMIZE, new MaxEval(200), RANGE,
                        new UnivariateObjectiveFunction(log -> rankings.stream()
                                .mapToDouble(ranking -> ranking.loss(Math.exp(log))).average().orElse(0)))
                .getPoint());
    }

    private static List<Ranking> rankings(EnergyLandscape landscape, Tensor truth, Tensor predicted,
            TorchRandom random) {
        Tensor rho = truth.sub(predicted).square().mean(0).sqrt().clamp(LEAST_RHO, MOST_RHO).unsqueeze(0);
        int b = (int) truth.size(0);
        double[][] energies = new double[b][CANDIDATES + 1];
        double[][] densities = new double[b][CANDIDATES + 1];
        for (int k = 0; k <= CANDIDATES; k++) {
            Tensor u = k == 0 ? truth : predicted.add(random.normal(truth.shape()).mul(rho));
            double[] energy = landscape.energy(u).toDoubles();
            double[] density = u.sub(predicted).div(rho).square().sum(1, false).mul(-0.5).toDoubles();
            for (int i = 0; i < b; i++) {
                energies[i][k] = energy[i];
                densities[i][k] = density[i];
            }
        }
        List<Ranking> rankings = new ArrayList<>();
        for (int i = 0; i < b; i++) {
            rankings.add(new Ranking(energies[i], densities[i]));
        }
        return rankings;
    }
}
