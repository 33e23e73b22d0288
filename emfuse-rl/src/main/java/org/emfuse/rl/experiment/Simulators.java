package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.Moments;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyModelFile;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.rollout.OpenLoop;
import org.emfuse.stats.Statistics;

/** Simulators of models in files. */
public final class Simulators {

    /** Logged transitions on which a usual uncertainty is measured. */
    private static final int SEGMENTS = 300;

    private Simulators() {}

    /**
     * The simulator of one model, or of several fused with equal weights; the caller closes it.
     *
     * @param files of the models
     * @param data of each model's domain, or one for all, on which its usual uncertainty is measured
     * @param weights of the models at each state
     * @param unit of each state coordinate in uncertainties
     */
    public static EnergyDynamics open(List<Path> files, List<Transitions> data, Chain chain,
            PredictionRule.Weights weights, double[] unit, LangevinSampler sampler) {
        List<EnergyModel> models = new ArrayList<>();
        try {
            for (Path file : files) {
                models.add(EnergyModelFile.read(file));
            }
            PredictionRule rule = PredictionRule.of(chain, unit);
            TransitionEnergy energy = models.size() == 1
                    ? models.getFirst()
                    : new FusedTransitionEnergy(ExpertWeights.uniform(models.size()), models);
            if (weights == PredictionRule.Weights.FIXED || models.size() == 1) {
                return new EnergyDynamics(energy, rule, sampler);
            }
            double[] tolerances = new double[models.size()];
            for (int i = 0; i < tolerances.length; i++) {
                double u = usualUncertainty(new EnergyDynamics(models.get(i), rule, sampler),
                        data.get(data.size() == 1 ? 0 : i), unit);
                tolerances[i] = Math.max(u * u, Double.MIN_NORMAL);
            }
            return new EnergyDynamics(energy, rule.withWeights(weights), sampler, tolerances);
        } catch (RuntimeException e) {
            models.forEach(EnergyModel::close);
            throw e;
        }
    }

    /** The median uncertainty of a simulator's first steps from logged states under logged actions. */
    private static double usualUncertainty(EnergyDynamics dynamics, Transitions data, double[] unit) {
        OpenLoop loop = OpenLoop.of(dynamics, data, SEGMENTS, List.of(1), unit, 1, RandomStream.of(0, "usual"));
        return loop.uncertainties().length == 0 ? 0 : Statistics.median(loop.uncertainties());
    }

    /**
     * The price c of one unit of uncertainty in a policy's rewards.
     *
     * @param penalty in standard deviations of the logged reward per usual uncertainty; 0 for none
     */
    public static double price(double penalty, EnergyDynamics dynamics, Transitions data, double[] unit) {
        return penalty == 0 ? 0 : penalty * rewardUnit(data) / usualUncertainty(dynamics, data, unit);
    }

    /** The standard deviation of each coordinate of logged states; 1 where it does not vary. */
    public static double[] stateUnits(Transitions data) {
        return Moments.of(data.observations(), data.observationSize()).units();
    }

    /** The standard deviation of logged rewards; 1 where they do not vary. */
    public static double rewardUnit(Transitions data) {
        return Moments.of(data.rewards(), 1).units()[0];
    }
}
