package org.emfuse.rl.diagnostics;

import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.random.RandomStream;

/**
 * {@link LinearSystem} as a simulator that knows it, with noise where asked for. Its uncertainty is 3 times the first coordinate of the
 * oldest state in its history plus the second, and is at least 0.
 */
record LinearDynamics(int longestSlice, double noise) implements Dynamics {

    @Override
    public String name() {
        return "linear";
    }

    @Override
    public TransitionSpace space() {
        return LinearSystem.space();
    }

    @Override
    public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
        int n = trajectories.length;
        double[][] next = new double[n][];
        double[] uncertainty = new double[n];
        int[] slices = new int[n];
        for (int i = 0; i < n; i++) {
            slices[i] = histories.valid(trajectories[i]);
            double action = histories.slices(new int[]{trajectories[i]}, 1).actions().toFloats()[longestSlice - 1];
            next[i] = LinearSystem.next(histories.state(trajectories[i]), action);
            next[i][0] += noise * random.gaussian();
            double[] oldest = histories.start(trajectories[i], slices[i]);
            uncertainty[i] = Math.max(0, 3 * oldest[0] + oldest[1]);
        }
        return new Prediction(next, new double[n], uncertainty, slices);
    }

    @Override
    public void close() {}
}
