package org.emfuse.rl.dynamics;

import java.util.Arrays;

/**
 * The most recent state-action pairs of several trajectories, at most k of each: the oldest leaves when a newer one comes. A
 * slice of length m starts at the m-th last pair. Raw units, plain arrays; one thread at a time.
 */
public final class Histories {

    private final int longest;
    private final int d;
    private final int p;
    private final float[] states;
    private final float[] actions;
    private final int[] valid;

    /** Empty histories. */
    public Histories(int trajectories, int longest, int observationSize, int actionSize) {
        this.longest = longest;
        this.d = observationSize;
        this.p = actionSize;
        this.states = new float[Math.multiplyExact(trajectories, longest * d)];
        this.actions = new float[Math.multiplyExact(trajectories, longest * p)];
        this.valid = new int[trajectories];
    }

    /** Adds a pair; the oldest of k leaves. */
    public void push(int trajectory, double[] state, double[] action) {
        shift(states, trajectory * longest * d, d, state);
        shift(actions, trajectory * longest * p, p, action);
        valid[trajectory] = Math.min(longest, valid[trajectory] + 1);
    }

    private void shift(float[] rows, int from, int width, double[] latest) {
        System.arraycopy(rows, from + width, rows, from, (longest - 1) * width);
        for (int j = 0; j < width; j++) {
            rows[from + (longest - 1) * width + j] = (float) latest[j];
        }
    }

    /** Forgets a trajectory's pairs, as at the start of an episode. */
    public void clear(int trajectory) {
        valid[trajectory] = 0;
    }

    /** Number of trajectories. */
    public int size() {
        return valid.length;
    }

    /** Pairs that a trajectory has, at most k: the lengths of its slices are 1 … this. */
    public int valid(int trajectory) {
        return valid[trajectory];
    }

    /** The last state of a trajectory, which the last action was taken in; the caller owns the array. */
    public double[] state(int trajectory) {
        return start(trajectory, 1);
    }

    /** The last action of a trajectory; the caller owns the array. */
    public double[] action(int trajectory) {
        double[] action = new double[p];
        int from = (trajectory * longest + longest - 1) * p;
        for (int j = 0; j < p; j++) {
            action[j] = actions[from + j];
        }
        return action;
    }

    /** The first state of a trajectory's slice of length m; the caller owns the array. */
    public double[] start(int trajectory, int m) {
        double[] state = new double[d];
        int from = (trajectory * longest + longest - m) * d;
        for (int j = 0; j < d; j++) {
            state[j] = states[from + j];
        }
        return state;
    }

    /**
     * All slices of some trajectories: for each in turn, those of length 1, 2, …
     *
     * @param trajectories each with at least one pair
     * @param most length of a slice, at most
     */
    public Slices slices(int[] trajectories, int most) {
        int[] counts = Arrays.stream(trajectories).map(t -> Math.min(most, valid[t])).toArray();
        int rows = Arrays.stream(counts).sum();
        int[] of = new int[rows];
        int[] lengths = new int[rows];
        int row = 0;
        for (int i = 0; i < trajectories.length; i++) {
            for (int m = 1; m <= counts[i]; m++, row++) {
                of[row] = trajectories[i];
                lengths[row] = m;
            }
        }
        return slices(of, lengths);
    }

    /**
     * One slice for each entry.
     *
     * @param trajectories one may occur several times
     * @param lengths of each slice, at least 1 and at most the pairs that the trajectory has
     */
    public Slices slices(int[] trajectories, int[] lengths) {
        int rows = trajectories.length;
        float[] starts = new float[rows * d];
        float[] padded = new float[rows * longest * p];
        float[] sizes = new float[rows];
        for (int row = 0; row < rows; row++) {
            int m = lengths[row];
            int from = trajectories[row] * longest + longest - m;
            System.arraycopy(states, from * d, starts, row * d, d);
            System.arraycopy(actions, from * p, padded, (row * longest + longest - m) * p, m * p);
            sizes[row] = m;
        }
        return Slices.of(starts, padded, sizes, longest);
    }
}
