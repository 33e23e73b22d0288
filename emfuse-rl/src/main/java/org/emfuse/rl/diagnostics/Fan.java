package org.emfuse.rl.diagnostics;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.stats.Statistics;

/**
 * Where a simulator goes under logged actions, repeated with other random slices. Quantiles are over repetitions, raw units;
 * states are brought into the ranges of their coordinates after every step, as in the rollouts that policies learn from.
 *
 * @param low [steps + 1][d], the 10 % quantile of each state coordinate; first the start
 * @param median [steps + 1][d]
 * @param high [steps + 1][d], the 90 % quantile
 */
public record Fan(double[][] low, double[][] median, double[][] high) {

    /**
     * Plays logged actions.
     *
     * @param row logged transition at which to start; so many of its episode are before it as the simulator's history is long,
     *            less one, and so many from it on as there are steps
     * @throws IllegalArgumentException if the episode has fewer
     */
    public static Fan of(Dynamics dynamics, Transitions data, int row, int steps, int repetitions,
            RandomStream random) {
        int before = dynamics.longestSlice() - 1;
        if (data.positions()[row] < before || data.remaining()[row] < steps) {
            throw new IllegalArgumentException("a fan of " + steps + " steps needs " + before + " transitions before "
                    + row + " in its episode and " + steps + " from it on, found " + data.positions()[row] + " and "
                    + data.remaining()[row]);
        }
        Histories histories = new Histories(repetitions, before + 1, data.observationSize(), data.actionSize());
        double[][] states = new double[repetitions][];
        for (int i = 0; i < repetitions; i++) {
            for (int j = row - before; j < row; j++) {
                histories.push(i, data.observation(j), data.action(j));
            }
            states[i] = data.observation(row);
        }
        int[] all = IntStream.range(0, repetitions).toArray();
        double[][][] quantiles = new double[3][steps + 1][];
        take(states, 0, quantiles);
        for (int step = 0; step < steps; step++) {
            for (int i = 0; i < repetitions; i++) {
                histories.push(i, states[i], data.action(row + step));
            }
            states = dynamics.predict(histories, all, random).next();
            Arrays.stream(states).forEach(dynamics.space()::clip);
            take(states, step + 1, quantiles);
        }
        return new Fan(quantiles[0], quantiles[1], quantiles[2]);
    }

    private static void take(double[][] states, int step, double[][][] quantiles) {
        double[] shares = {0.1, 0.5, 0.9};
        for (int q = 0; q < shares.length; q++) {
            quantiles[q][step] = new double[states[0].length];
            for (int j = 0; j < states[0].length; j++) {
                int coordinate = j;
                double[] values = Arrays.stream(states).mapToDouble(state -> state[coordinate]).toArray();
                quantiles[q][step][j] = Statistics.quantile(values, shares[q]);
            }
        }
    }

    /** Steps taken. */
    public int steps() {
        return median.length - 1;
    }
}
