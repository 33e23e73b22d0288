package org.emfuse.rl.gaussian;

import org.emfuse.rl.random.RandomStream;

/** Draws from distributions of targets, and what they make of a state. */
final class Draws {

    private Draws() {}

    /** {@code μ + σ ξ}, ξ standard normal in each coordinate. */
    static double[] normal(double[] mean, double[] deviation, RandomStream random) {
        double[] drawn = new double[mean.length];
        for (int j = 0; j < drawn.length; j++) {
            drawn[j] = mean[j] + deviation[j] * random.gaussian();
        }
        return drawn;
    }

    /** A state after a change; what a target has beyond it, the reward, is left out. */
    static double[] moved(double[] state, double[] target) {
        double[] next = state.clone();
        for (int j = 0; j < next.length; j++) {
            next[j] += target[j];
        }
        return next;
    }
}
