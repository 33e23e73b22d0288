package org.emfuse.rl.diagnostics;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.random.RandomStream;

/** How uncertain a simulator is over a plane of states. */
public final class UncertaintyPlane {

    private UncertaintyPlane() {}

    /**
     * Begins a trajectory in the middle of each cell, goes on without action until its history is full, and takes the
     * uncertainty of that step: the slices of which it comes begin at the cell and after it. States are brought into the ranges of
     * their coordinates after every step, as in the rollouts that policies learn from.
     *
     * @param x horizontal coordinate of the plane
     * @param y vertical one
     */
    public static Grid of(Dynamics dynamics, StatePlane plane, Axis x, Axis y, RandomStream random) {
        int n = x.cells() * y.cells();
        int d = dynamics.space().observationSize();
        double[] still = new double[dynamics.space().actionSize()];
        Histories histories = new Histories(n, dynamics.longestSlice(), d, still.length);
        double[][] states = new double[n][];
        for (int i = 0; i < n; i++) {
            states[i] = plane.state(x.centre(i / y.cells()), y.centre(i % y.cells()));
        }
        int[] all = IntStream.range(0, n).toArray();
        double[] uncertainty = new double[n];
        for (int step = 0; step < dynamics.longestSlice(); step++) {
            for (int i = 0; i < n; i++) {
                histories.push(i, states[i], still);
            }
            Prediction prediction = dynamics.predict(histories, all, random);
            states = prediction.next();
            Arrays.stream(states).forEach(dynamics.space()::clip);
            uncertainty = prediction.uncertainty();
        }
        double[][] values = new double[x.cells()][y.cells()];
        for (int i = 0; i < n; i++) {
            values[i / y.cells()][i % y.cells()] = uncertainty[i];
        }
        return new Grid(x, y, values);
    }
}
