package org.emfuse.rl.gaussian;

import java.util.Arrays;

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

    /** A state after a change, and what a target has beyond it, the reward. */
    static double[] reached(double[] state, double[] target) {
        double[] reached = target.clone();
        for (int j = 0; j < state.length; j++) {
            reached[j] += state[j];
        }
        return reached;
    }

    /** The state alone. */
    static double[] moved(double[] state, double[] target) {
        return Arrays.copyOf(reached(state, target), state.length);
    }
}
