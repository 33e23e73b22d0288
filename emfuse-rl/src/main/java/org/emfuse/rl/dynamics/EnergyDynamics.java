package org.emfuse.rl.dynamics;

import java.util.Arrays;
import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.TorchScope;

/**
 * The simulator of a transition energy. For every length of slice that a trajectory's history allows, a chain finds a target;
 * where those of different lengths disagree, the model does not know (spec 05 §5).
 */
public final class EnergyDynamics implements Dynamics {

    private static final double NOISE = 0.5;

    private final TransitionEnergy energy;
    private final PredictionRule rule;
    private final LangevinSampler sampler;
    private final List<TransitionEnergy> experts;
    private final ExpertWeights weights;

    /**
     * A simulator, which owns the energy but not the sampler.
     *
     * @throws IllegalArgumentException if the rule's units are not those of the space's states
     */
    public EnergyDynamics(TransitionEnergy energy, PredictionRule rule, LangevinSampler sampler) {
        if (rule.divergence().unit().length != energy.space().observationSize()) {
            throw new IllegalArgumentException("the uncertainty has units for " + rule.divergence().unit().length
                    + " state coordinates, " + energy.name() + " has " + energy.space().observationSize());
        }
        this.energy = energy;
        this.rule = rule;
        this.sampler = sampler;
        this.experts = energy instanceof FusedTransitionEnergy fused ? fused.experts() : List.of(energy);
        this.weights = energy instanceof FusedTransitionEnergy fused ? fused.weights() : ExpertWeights.uniform(1);
    }

    @Override
    public String name() {
        return energy.name();
    }

    @Override
    public TransitionSpace space() {
        return energy.space();
    }

    @Override
    public int longestSlice() {
        return energy.longestSlice();
    }

    @Override
    public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
        int n = trajectories.length;
        double[][][] all = predictions(energy, rule.langevin(), histories, trajectories, longestSlice(), random);
        double[][] next = new double[n][];
        double[] rewards = new double[n];
        int d = space().observationSize();
        int[] drawn = drawn(all, random);
        double[][][] noisy = rule.next() == PredictionRule.Next.NOISY_STATE
                ? predictions(energy, rule.langevin().withNoise(NOISE), histories, trajectories, longestSlice(), random)
                : all;
        for (int i = 0; i < n; i++) {
            double[] chosen = rule.next() == PredictionRule.Next.MEAN ? mean(all[i]) : noisy[i][drawn[i]];
            next[i] = Arrays.copyOf(chosen, d);
            rewards[i] = chosen[d];
        }
        int[] slices = Arrays.stream(all).mapToInt(predictions -> predictions.length).toArray();
        return new Prediction(next, rewards, uncertainty(all, histories, trajectories, random), slices);
    }

    /** The slice that each trajectory goes on with. */
    private int[] drawn(double[][][] all, RandomStream random) {
        int[] drawn = new int[all.length];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = rule.next() == PredictionRule.Next.ONE_STEP ? 0 : random.nextInt(all[i].length);
        }
        return drawn;
    }

    private double[] uncertainty(double[][][] all, Histories histories, int[] trajectories, RandomStream random) {
        double[] u = switch (rule.uncertainty()) {
            case SLICES -> divergences(all);
            case SUM, MAX -> {
                double[] combined = new double[trajectories.length];
                for (int e = 0; e < experts.size(); e++) {
                    double[] own = divergences(predictions(experts.get(e), rule.langevin(), histories, trajectories,
                            longestSlice(), random));
                    for (int i = 0; i < own.length; i++) {
                        combined[i] = rule.uncertainty() == PredictionRule.Uncertainty.MAX
                                ? Math.max(combined[i], own[i])
                                : combined[i] + weights.lambda(e) * own[i];
                    }
                }
                yield combined;
            }
        };
        if (rule.spread() > 0) {
            double[] spread = spread(histories, trajectories, random);
            for (int i = 0; i < u.length; i++) {
                u[i] += rule.spread() * spread[i];
            }
        }
        return u;
    }

    private double[] divergences(double[][][] all) {
        return Arrays.stream(all).mapToDouble(rule.divergence()::of).toArray();
    }

    /** How far the experts' own one-step predictions are apart: {@code v = sqrt(mean_j Var_i s_i,j)} (spec 06 §2). */
    public double[] spread(Histories histories, int[] trajectories, RandomStream random) {
        double[][][] own = new double[trajectories.length][experts.size()][];
        for (int e = 0; e < experts.size(); e++) {
            double[][][] one = predictions(experts.get(e), rule.langevin(), histories, trajectories, 1, random);
            for (int i = 0; i < own.length; i++) {
                own[i][e] = one[i][0];
            }
        }
        HistoryDivergence distance = new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE,
                rule.divergence().unit());
        return Arrays.stream(own).mapToDouble(distance::of).toArray();
    }

    /** For each trajectory and each length of slice, the predicted next state and reward: [n][M][d + 1]. */
    private double[][][] predictions(TransitionEnergy model, Langevin langevin, Histories histories,
            int[] trajectories, int most, RandomStream random) {
        int size = model.space().targetSize();
        float[] targets;
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            EnergyLandscape landscape = model.given(histories.slices(trajectories, most));
            targets = sampler.sample(landscape, langevin, random).mul(landscape.scale()).toFloats();
        }
        double[][][] all = new double[trajectories.length][][];
        int row = 0;
        for (int i = 0; i < all.length; i++) {
            all[i] = new double[Math.min(most, histories.valid(trajectories[i]))][size];
            for (int m = 1; m <= all[i].length; m++, row++) {
                double[] start = histories.start(trajectories[i], m);
                for (int j = 0; j < size; j++) {
                    all[i][m - 1][j] = targets[row * size + j] + (j < start.length ? start[j] : 0);
                }
            }
        }
        return all;
    }

    private static double[] mean(double[][] predictions) {
        double[] mean = new double[predictions[0].length];
        for (double[] prediction : predictions) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += prediction[j] / predictions.length;
            }
        }
        return mean;
    }

    @Override
    public void close() {
        energy.close();
    }
}
