package org.emfuse.rl.rollout;

import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.QuadraticEnergy;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchWorkers;

/** A simulator of {@link LinearSystem} from a quadratic energy whose mean is the system's own next state and reward. */
final class ExactSimulator implements AutoCloseable {

    private final TorchWorkers workers;
    private final EnergyDynamics dynamics;

    ExactSimulator(int longest) {
        this(longest, 1);
    }

    ExactSimulator(int longest, int threads) {
        this(longest, threads, Double.POSITIVE_INFINITY, 0);
    }

    /** One whose energies are no numbers from states with a first coordinate beyond an edge. */
    static ExactSimulator brokenBeyond(int longest, double edge) {
        return new ExactSimulator(longest, 1, edge, 0);
    }

    /** One that is wrong by so much in each state coordinate at every step. */
    static ExactSimulator biased(int longest, double bias) {
        return new ExactSimulator(longest, 1, Double.POSITIVE_INFINITY, bias);
    }

    private ExactSimulator(int longest, int threads, double edge, double bias) {
        this.workers = new TorchWorkers(threads);
        double[][] precision = {{2, 0, 0}, {0, 2, 0}, {0, 0, 2}};
        double[] scale = {3, 3, 3}; // curvature 18 in the box
        QuadraticEnergy energy = new QuadraticEnergy("exact", LinearSystem.space(), longest, precision, scale,
                slices -> mean(slices, edge, bias));
        this.dynamics = new EnergyDynamics(energy,
                PredictionRule.of(Langevin.prediction(100), new double[]{1, 1}), new LangevinSampler(workers));
    }

    private static Tensor mean(Slices slices, double edge, double bias) {
        int n = (int) slices.size();
        int k = (int) slices.longest();
        float[] starts = slices.starts().toFloats();
        float[] actions = slices.actions().toFloats();
        float[] lengths = slices.lengths().toFloats();
        float[] mean = new float[3 * n];
        for (int i = 0; i < n; i++) {
            double[] state = {starts[2 * i], starts[2 * i + 1]};
            double action = 0;
            boolean broken = false;
            for (int place = k - (int) lengths[i]; place < k; place++) {
                broken |= state[0] > edge;
                action = actions[i * k + place];
                state = LinearSystem.next(state, action);
            }
            for (int j = 0; j < 2; j++) {
                mean[3 * i + j] = broken ? Float.NaN : (float) (state[j] + bias - starts[2 * i + j]);
            }
            mean[3 * i + 2] = (float) (state[0] - 0.1 * action * action);
        }
        return Tensors.of(mean, n, 3);
    }

    EnergyDynamics dynamics() {
        return dynamics;
    }

    @Override
    public void close() {
        dynamics.close();
        workers.close();
    }
}
