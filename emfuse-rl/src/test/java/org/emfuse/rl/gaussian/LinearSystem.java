package org.emfuse.rl.gaussian;

import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.random.RandomStream;

/** s' = A s + B a + σ ξ of two states and one action, with reward s_0 - a/2 + σ ξ. */
final class LinearSystem {

    static final double NOISE = 0.05;
    private static final double[][] A = {{0.9, 0.2}, {-0.1, 0.8}};
    private static final double[] B = {0.1, 0.5};

    static final TransitionSpace SPACE = new TransitionSpace("linear",
            List.of(new Quantity("x", "1", -100, 100), new Quantity("y", "1", -100, 100)),
            List.of(new Quantity("a", "1", -10, 10)));

    private LinearSystem() {}

    /** The expected target after a state and actions: change of state, last reward. */
    static double[] target(double[] start, double... actions) {
        double[] s = start.clone();
        double reward = 0;
        for (double a : actions) {
            reward = s[0] - a / 2;
            s = next(s, a);
        }
        return new double[]{s[0] - start[0], s[1] - start[1], reward};
    }

    private static double[] next(double[] s, double a) {
        return new double[]{A[0][0] * s[0] + A[0][1] * s[1] + B[0] * a, A[1][0] * s[0] + A[1][1] * s[1] + B[1] * a};
    }

    /** Episodes with actions uniform on [-1, 1]. */
    static Transitions data(int episodes, int length, long seed) {
        int n = episodes * length;
        Transitions data = new Transitions(2, 1, new float[2 * n], new float[n], new float[n], new float[2 * n],
                new boolean[n], new boolean[n]);
        RandomStream random = RandomStream.of(seed, "linear");
        for (int e = 0; e < episodes; e++) {
            double[] s = {random.uniform(-1, 1), random.uniform(-1, 1)};
            for (int t = 0; t < length; t++) {
                int i = e * length + t;
                double a = random.uniform(-1, 1);
                double[] next = next(s, a);
                data.actions()[i] = (float) a;
                data.rewards()[i] = (float) (s[0] - a / 2 + NOISE * random.gaussian());
                for (int j = 0; j < 2; j++) {
                    next[j] += NOISE * random.gaussian();
                    data.observations()[2 * i + j] = (float) s[j];
                    data.nextObservations()[2 * i + j] = (float) next[j];
                }
                s = next;
            }
            data.timeouts()[(e + 1) * length - 1] = true;
        }
        return data;
    }
}
