package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.Moments;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.CalibratedEnergy;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.EnsembleDynamics;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.HistoryDivergence;
import org.emfuse.rl.dynamics.KnownReward;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.gaussian.AnyStepGaussian;
import org.emfuse.rl.gaussian.GaussianEnsemble;
import org.emfuse.rl.gaussian.GaussianModel;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.rollout.OpenLoop;
import org.emfuse.stats.Statistics;

/** Simulators of models in files. */
public final class Simulators {

    /** Logged transitions on which a usual uncertainty is measured. */
    private static final int SEGMENTS = 300;

    private Simulators() {}

    /**
     * The simulator of one model, or of several energies fused with equal weights; the caller closes it.
     *
     * @param files of the models
     * @param data of each model's domain, or one for all, on which its usual uncertainty is measured
     * @param unit of each state coordinate in uncertainties
     * @throws IllegalArgumentException if models and data have other coordinates, if one of several models is no energy, or if weights by state are asked for and one of
     *             them is never uncertain
     */
    public static Dynamics open(List<Path> files, List<Transitions> data, SimulatorConfig config,
            double[] unit, LangevinSampler sampler) {
        List<TransitionModel> models = new ArrayList<>();
        try {
            for (Path file : files) {
                models.add(TransitionModel.read(file));
            }
            models.forEach(model -> data.forEach(logs -> requireFit(model, logs)));
            if (models.size() == 1 && models.getFirst() instanceof TransitionModel.Gaussian(GaussianModel model)) {
                return gaussian(model, config.next(), unit);
            }
            List<EnergyModel> energies = models.stream().map(Simulators::energy).toList();
            energies.forEach(energy -> energy.products(config.products()));
            return fused(config.calibrated() ? calibrated(energies) : energies, data,
                    config.rule(unit), config.weights(), sampler);
        } catch (RuntimeException e) {
            models.forEach(TransitionModel::close);
            throw e;
        }
    }

    private static void requireFit(TransitionModel model, Transitions logs) {
        logs.requireSizes("the data", model.space().observationSize(), model.space().actionSize(),
                "the model " + model.name(), "give models and logs of one environment");
    }

    /**
     * The simulator that a method's policy learns in; the caller closes it.
     *
     * @param file of a model
     * @param domains data of each, in their order
     * @throws IllegalStateException if the method has none
     */
    static Dynamics of(Method method, Budget budget, String env, Function<Model, Path> file,
            List<Transitions> domains, LangevinSampler sampler) {
        double[] unit = stateUnits(Transitions.concat(domains));
        SimulatorConfig config = budget.simulator(method);
        return switch (method.source()) {
            case Source.Simulator one -> {
                Dynamics dynamics = open(one.models().stream().map(file).toList(), domains, config, unit, sampler);
                yield one.knownReward() ? new KnownReward(dynamics, Environments.reward(env)) : dynamics;
            }
            case Source.Ensemble several -> ensemble(
                    several.members().stream().map(models -> models.stream().map(file).toList()).toList(), config,
                    unit, sampler);
            case Source.Logs _,Source.Clones _ ->
                throw new IllegalStateException("the method " + method.id() + " has no simulator");
        };
    }

    /**
     * The simulator of several sums of energies, which is uncertain where they disagree; the caller closes it.
     *
     * @param members files of the models of each sum
     * @param unit of each state coordinate in uncertainties
     */
    private static Dynamics ensemble(List<List<Path>> members, SimulatorConfig config, double[] unit,
            LangevinSampler sampler) {
        List<Dynamics> sums = new ArrayList<>();
        try {
            for (List<Path> files : members) {
                sums.add(open(files, List.of(), config, unit, sampler));
            }
            return new EnsembleDynamics(sums,
                    new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, unit));
        } catch (RuntimeException e) {
            sums.forEach(Dynamics::close);
            throw e;
        }
    }

    /** β divided by their mean: chains meet slopes of the usual size, and only the experts' shares change. */
    private static List<? extends TransitionEnergy> calibrated(List<EnergyModel> energies) {
        double mean = Statistics.mean(energies.stream().mapToDouble(EnergyModel::beta).toArray());
        return energies.stream().map(energy -> new CalibratedEnergy(energy, energy.beta() / mean)).toList();
    }

    private static EnergyModel energy(TransitionModel model) {
        return switch (model) {
            case TransitionModel.Energy(EnergyModel energy) -> energy;
            case TransitionModel.Gaussian(GaussianModel other) -> throw new IllegalArgumentException("the model "
                    + other.name() + " is of kind '" + other.architecture().kind().id()
                    + "' and gives no energy to sum: fuse models of kind adetm, adetm-gru or etm, or name it alone");
        };
    }

    /** The simulator of a Gaussian model; the uncertainty is that of its paper. */
    private static Dynamics gaussian(GaussianModel model, PredictionRule.Next next, double[] unit) {
        return switch (model.architecture().kind()) {
            case ENSEMBLE -> new GaussianEnsemble(model, GaussianEnsemble.Uncertainty.ALEATORIC, unit);
            case ANY_STEP -> new AnyStepGaussian(model, next,
                    new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, unit));
        };
    }

    /**
     * The simulator of one energy, or of several summed with equal λ; the energies belong to it.
     *
     * @param data of each energy's domain, or one for all, on which its usual uncertainty is measured
     * @param weights of the energies at each state
     */
    public static EnergyDynamics fused(List<? extends TransitionEnergy> models, List<Transitions> data,
            PredictionRule rule,
            PredictionRule.Weights weights, LangevinSampler sampler) {
        TransitionEnergy energy = models.size() == 1
                ? models.getFirst()
                : new FusedTransitionEnergy(ExpertWeights.uniform(models.size()), models);
        if (weights == PredictionRule.Weights.FIXED || models.size() == 1) {
            return new EnergyDynamics(energy, rule, sampler);
        }
        PredictionRule usual = PredictionRule.of(rule.chain(), rule.divergence().unit());
        double[] tolerances = new double[models.size()];
        for (int i = 0; i < tolerances.length; i++) {
            double u = usualUncertainty(new EnergyDynamics(models.get(i), usual, sampler),
                    data.get(data.size() == 1 ? 0 : i), rule.divergence().unit());
            if (u == 0) {
                throw new IllegalArgumentException("weights by state need models that know how sure they are; "
                        + models.get(i).name()
                        + " is never uncertain on its own data: take models of slices (adetm) and logs"
                        + " with episodes of several transitions, or uniform weights");
            }
            tolerances[i] = Math.max(u * u, Double.MIN_NORMAL);
        }
        return new EnergyDynamics(energy, rule.withWeights(weights), sampler, tolerances);
    }

    /**
     * The median uncertainty of a simulator's first steps from logged states under logged actions.
     *
     * @throws IllegalStateException if no prediction is finite
     */
    private static double usualUncertainty(Dynamics dynamics, Transitions data, double[] unit) {
        OpenLoop loop = OpenLoop.of(dynamics, data, SEGMENTS, List.of(1), unit, 1, RandomStream.of(0, "usual"));
        if (loop.uncertainties().length == 0 && loop.diverged()[0] > 0) {
            throw new IllegalStateException("no prediction of the simulator " + dynamics.name()
                    + " from logged states is a finite number; train its models anew");
        }
        return loop.uncertainties().length == 0 ? 0 : Statistics.median(loop.uncertainties());
    }

    /**
     * The price c of one unit of uncertainty in a policy's rewards.
     *
     * @param penalty in standard deviations of the logged reward per usual uncertainty; 0 for none
     * @throws IllegalArgumentException if there is one, and the simulator is never uncertain
     */
    public static double price(double penalty, Dynamics dynamics, Transitions data, double[] unit) {
        if (penalty == 0) {
            return 0;
        }
        double usual = usualUncertainty(dynamics, data, unit);
        if (usual == 0) {
            throw new IllegalArgumentException("the simulator " + dynamics.name()
                    + " makes one prediction of each step and is never uncertain, so that nothing can be priced;"
                    + " take a penalty of 0, or models of slices and logs with episodes of several transitions");
        }
        return penalty * rewardUnit(data) / usual;
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
