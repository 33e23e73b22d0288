package org.emfuse.rl.gaussian;

import java.util.Arrays;

import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.HistoryDivergence;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.random.RandomStream;

/**
 * The simulator of an any-step Gaussian model, as of ADMPO (Lin et al. 2025): each trajectory's next step is drawn from the
 * distribution after a slice, whose length as published is drawn anew for it; where the means after slices of different lengths
 * disagree, the model does not know.
 */
public final class AnyStepGaussian implements Dynamics {

    private final GaussianModel model;
    private final HistoryDivergence divergence;
    private final PredictionRule.Next next;

    /**
     * A simulator, which owns the model.
     *
     * @param next whose draw a trajectory goes on with: that of a slice, or the mean of the draws of all; {@code NOISY_STATE} is
     *            {@code RANDOM_SLICE}, since draws are noisy
     * @param divergence of the means, which is the uncertainty
     * @throws IllegalArgumentException if the model is no any-step model, or has other states
     */
    public AnyStepGaussian(GaussianModel model, PredictionRule.Next next, HistoryDivergence divergence) {
        model.require(GaussianKind.ANY_STEP, divergence.unit().length);
        this.model = model;
        this.next = next;
        this.divergence = divergence;
    }

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public TransitionSpace space() {
        return model.space();
    }

    @Override
    public int longestSlice() {
        return model.architecture().longest();
    }

    @Override
    public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
        GaussianModel.Distributions distributions = model.given(histories.slices(trajectories, longestSlice()));
        int n = trajectories.length;
        int d = space().observationSize();
        double[][] states = new double[n][];
        double[] rewards = new double[n];
        double[] u = new double[n];
        int[] slices = new int[n];
        int row = 0;
        for (int i = 0; i < n; i++) {
            int lengths = Math.min(longestSlice(), histories.valid(trajectories[i]));
            double[][] means = new double[lengths][];
            for (int m = 1; m <= lengths; m++) {
                means[m - 1] = Draws.moved(histories.start(trajectories[i], m), distributions.mean()[0][row + m - 1]);
            }
            double[] reached = reached(histories, trajectories[i], lengths, distributions, row, random);
            states[i] = Arrays.copyOf(reached, d);
            rewards[i] = reached[d];
            u[i] = divergence.of(means);
            slices[i] = lengths;
            row += lengths;
        }
        return new Prediction(states, rewards, u, slices);
    }

    /** Next state and reward that a trajectory goes on with, [d + 1]; {@code row} is that of its slice of length 1. */
    private double[] reached(Histories histories, int trajectory, int lengths,
            GaussianModel.Distributions distributions, int row, RandomStream random) {
        return switch (next) {
            case ONE_STEP -> drawn(histories, trajectory, 1, distributions, row, random);
            case RANDOM_SLICE, NOISY_STATE ->
                drawn(histories, trajectory, 1 + random.nextInt(lengths), distributions, row, random);
            case MEAN -> {
                double[] mean = new double[space().targetSize()];
                for (int m = 1; m <= lengths; m++) {
                    double[] one = drawn(histories, trajectory, m, distributions, row, random);
                    Arrays.setAll(mean, j -> mean[j] + one[j] / lengths);
                }
                yield mean;
            }
        };
    }

    /** A draw from the distribution after the slice of length m. */
    private double[] drawn(Histories histories, int trajectory, int m, GaussianModel.Distributions distributions,
            int row, RandomStream random) {
        return Draws.reached(histories.start(trajectory, m), Draws.normal(distributions.mean()[0][row + m - 1],
                distributions.deviation()[0][row + m - 1], random));
    }

    /** The model; it belongs to the simulator. */
    public GaussianModel model() {
        return model;
    }

    @Override
    public void close() {
        model.close();
    }
}
