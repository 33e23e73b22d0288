package org.emfuse.rl.gaussian;

import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.HistoryDivergence;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.random.RandomStream;

/**
 * The simulator of an any-step Gaussian model, as of ADMPO (Lin et al. 2025): each trajectory's next step is drawn from the
 * distribution after a slice whose length is drawn anew for it; where the means after slices of different lengths disagree, the
 * model does not know.
 */
public final class AnyStepGaussian implements Dynamics {

    private final GaussianModel model;
    private final HistoryDivergence divergence;

    /**
     * A simulator, which owns the model.
     *
     * @param divergence of the means, which is the uncertainty
     * @throws IllegalArgumentException if the model is no any-step model, or has other states
     */
    public AnyStepGaussian(GaussianModel model, HistoryDivergence divergence) {
        model.require(GaussianKind.ANY_STEP, divergence.unit().length);
        this.model = model;
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
        double[][] next = new double[n][];
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
            int m = 1 + random.nextInt(lengths);
            double[] target = Draws.normal(distributions.mean()[0][row + m - 1],
                    distributions.deviation()[0][row + m - 1], random);
            next[i] = Draws.moved(histories.start(trajectories[i], m), target);
            rewards[i] = target[d];
            u[i] = divergence.of(means);
            slices[i] = lengths;
            row += lengths;
        }
        return new Prediction(next, rewards, u, slices);
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
