package org.emfuse.rl.dynamics;

import org.emfuse.rl.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** How a target of low energy is found: a start, and steps downhill in box coordinates. */
public sealed interface Chain permits Langevin, Resilient {

    /** Where chains begin. */
    enum Start {
        /** At 0. */
        ZERO,
        /** At the training data's mean target. */
        CENTRE,
        /** Uniformly on [-1, 1] in each coordinate. */
        UNIFORM
    }

    /** N, at least 2. */
    int steps();

    /** How strong the noise is; 0 for none. */
    double noise();

    /** Beyond ± this no coordinate goes. */
    double box();

    /** Where chains begin. */
    Start start();

    /** The same with another number of steps. */
    Chain withSteps(int other);

    /** The same with another noise. */
    Chain withNoise(double other);

    /** The farthest that a coordinate can travel by drift. */
    double reach();

    /** Begins chains for targets of a shape [b, d + 1]; what they remember belongs to the current scope. */
    Walk walk(long[] shape);

    /** Chains under way. */
    @FunctionalInterface
    interface Walk {

        /**
         * One step.
         *
         * @param u where they are [b, d + 1]; overwritten with where they go
         * @param gradient ∂E/∂u there; overwritten
         * @param xi standard normal noise of that shape, or null where there is none
         * @param j number of the step, from 0
         */
        void advance(Tensor u, Tensor gradient, @Nullable Tensor xi, int j);
    }

    /**
     * Checks a number of a chain.
     *
     * @throws IllegalArgumentException if it does not hold
     */
    static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("chains need " + expected + ", found " + found);
        }
    }
}
