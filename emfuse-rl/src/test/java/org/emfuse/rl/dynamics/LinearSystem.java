package org.emfuse.rl.dynamics;

import java.util.Arrays;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.random.RandomStream;

/**
 * {@code s' = A s + B a + noise} in two coordinates with one action, reward {@code s_0' - 0.1 a²}: data whose next states are
 * known.
 */
public final class LinearSystem {

    private static final double[][] A = {{0.95, 0.2}, {-0.1, 0.9}};
    private static final double[] B = {0.1, 0.4};

    private LinearSystem() {}

    /** The space of its transitions. */
    public static TransitionSpace space() {
        return QuadraticEnergy.line(2, 1);
    }

    /** The next state without noise. */
    public static double[] next(double[] state, double action) {
        double[] next = new double[2];
        for (int i = 0; i < 2; i++) {
            next[i] = A[i][0] * state[0] + A[i][1] * state[1] + B[i] * action;
        }
        return next;
    }

    /** Episodes of given lengths that end with timeouts; actions uniform on [-1, 1]. */
    public static Transitions episodes(long seed, double noise, int... lengths) {
        RandomStream random = RandomStream.of(seed, "linear");
        int n = Arrays.stream(lengths).sum();
        Transitions data = new Transitions(2, 1, new float[2 * n], new float[n], new float[n], new float[2 * n],
                new boolean[n], new boolean[n]);
        int i = 0;
        for (int length : lengths) {
            double[] state = {random.uniform(-1, 1), random.uniform(-1, 1)};
            for (int t = 0; t < length; t++, i++) {
                double action = random.uniform(-1, 1);
                double[] next = next(state, action);
                for (int j = 0; j < 2; j++) {
                    next[j] += noise * random.gaussian();
                    data.observations()[2 * i + j] = (float) state[j];
                    data.nextObservations()[2 * i + j] = (float) next[j];
                }
                data.actions()[i] = (float) action;
                data.rewards()[i] = (float) (next[0] - 0.1 * action * action);
                state = next;
            }
            data.timeouts()[i - 1] = true;
        }
        return data;
    }

    /** So many episodes of one length, with a little noise. */
    public static Transitions episodes(long seed, int count, int length) {
        return episodes(seed, 0.01, lengths(count, length));
    }

    /** So many episodes of one length, without noise. */
    public static Transitions exact(long seed, int count, int length) {
        return episodes(seed, 0, lengths(count, length));
    }

    private static int[] lengths(int count, int length) {
        int[] lengths = new int[count];
        Arrays.fill(lengths, length);
        return lengths;
    }
}
