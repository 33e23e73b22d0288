package org.emfuse.rl.gaussian;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.HistoryDivergence;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.random.RandomStream;

/**
 * The simulator of a Gaussian ensemble, as of MOPO (Yu et al. 2020): each trajectory's next step is drawn from the distribution
 * of an elite that is drawn anew for it.
 */
public final class GaussianEnsemble implements Dynamics {

    /** What the uncertainty is; of states only, in the units of {@link HistoryDivergence}. */
    public enum Uncertainty {
        /** {@code max_i |σ_i|}, the largest length over the members of the vector of standard deviations, as of MOPO. */
        ALEATORIC,
        /** {@code sqrt(1/d Σ_j Var_i μ_i,j)}: how far the members' means are apart, on the scale of histories' divergence. */
        DISAGREEMENT
    }

    private final GaussianModel model;
    private final Uncertainty uncertainty;
    private final HistoryDivergence divergence;

    /**
     * A simulator, which owns the model.
     *
     * @param unit what each state coordinate is divided by in the uncertainty; all 1 for raw units
     * @throws IllegalArgumentException if the model is no ensemble, or has other states
     */
    public GaussianEnsemble(GaussianModel model, Uncertainty uncertainty, double[] unit) {
        model.require(GaussianKind.ENSEMBLE, unit.length);
        this.model = model;
        this.uncertainty = uncertainty;
        this.divergence = new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, unit);
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
        return 1;
    }

    @Override
    public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
        GaussianModel.Distributions distributions = model.given(histories.slices(trajectories, 1));
        int[] elites = model.elites();
        int n = trajectories.length;
        int d = space().observationSize();
        double[][] next = new double[n][];
        double[] rewards = new double[n];
        double[] u = new double[n];
        for (int i = 0; i < n; i++) {
            int elite = elites[random.nextInt(elites.length)];
            double[] target = Draws.normal(distributions.mean()[elite][i], distributions.deviation()[elite][i], random);
            next[i] = Draws.moved(histories.state(trajectories[i]), target);
            rewards[i] = target[d];
            u[i] = uncertainty(distributions, i);
        }
        int[] slices = new int[n];
        Arrays.fill(slices, model.architecture().members());
        return new Prediction(next, rewards, u, slices);
    }

    private double uncertainty(GaussianModel.Distributions distributions, int row) {
        return switch (uncertainty) {
            case ALEATORIC -> Arrays.stream(distributions.deviation()).mapToDouble(member -> length(member[row])).max()
                    .orElseThrow();
            case DISAGREEMENT -> divergence
                    .of(Arrays.stream(distributions.mean()).map(member -> member[row]).toArray(double[][]::new));
        };
    }

    private double length(double[] deviation) {
        double[] unit = divergence.unit();
        return Math.sqrt(IntStream.range(0, unit.length).mapToDouble(j -> deviation[j] / unit[j])
                .map(ratio -> ratio * ratio).sum());
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
