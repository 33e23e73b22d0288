package org.emfuse.rl.env;

import java.util.Arrays;

/** The classical fourth-order Runge-Kutta method with a fixed step. Holds scratch arrays: one thread at a time. */
final class RungeKutta {

    /** The right-hand side of an autonomous differential equation. */
    @FunctionalInterface
    interface Rate {
        /** Writes ds/dt at {@code state} into {@code rate}. */
        void at(double[] state, double[] rate);
    }

    private static final double LONGEST = 0.005;
    /** Largest product of step and decay rate; the method is stable up to 2.78. */
    private static final double STIFFEST = 0.5;

    private final double[][] k;
    private final double[] inner;

    RungeKutta(int size) {
        k = new double[4][size];
        inner = new double[size];
    }

    /** Steps for {@code time} seconds: of at most 5 ms, shorter where friction lets speeds decay at a fast rate (1/s). */
    static int steps(double time, double decayRate) {
        return (int) Math.ceil(Math.max(time / LONGEST, time * decayRate / STIFFEST) - 1e-9);
    }

    /** Advances {@code state} in place by {@code steps} steps that take {@code time} seconds together. */
    void advance(Rate rate, double[] state, double time, int steps) {
        double h = time / steps;
        for (int step = 0; step < steps; step++) {
            rate.at(state, k[0]);
            rate.at(shifted(state, h / 2, k[0]), k[1]);
            rate.at(shifted(state, h / 2, k[1]), k[2]);
            rate.at(shifted(state, h, k[2]), k[3]);
            Arrays.setAll(state, i -> state[i] + h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]));
        }
    }

    private double[] shifted(double[] state, double h, double[] rate) {
        for (int i = 0; i < inner.length; i++) {
            inner[i] = state[i] + h * rate[i];
        }
        return inner;
    }
}
