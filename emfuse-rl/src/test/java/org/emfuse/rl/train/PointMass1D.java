package org.emfuse.rl.train;

import java.util.List;
import java.util.Map;

import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.env.ReturnReference;
import org.emfuse.rl.env.Step;
import org.emfuse.rl.random.RandomStream;

/**
 * A mass on a line, pushed to the origin against friction: {@code x' = x + v dt}, {@code v' = v + (a - v) dt}, reward
 * {@code -(x² + 0.1 v² + 0.5 a²)} of the state before the step, no end but the horizon. The optimal return follows from the
 * Riccati recursion.
 */
final class PointMass1D implements Env {

    static final int HORIZON = 40;
    static final double DT = 0.25;
    private static final double[] COST = {1, 0.1, 0.5};
    private static final EnvSpec SPEC = new EnvSpec("PointMass1D-test",
            List.of(new Quantity("position", "m", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
                    new Quantity("velocity", "m/s", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY)),
            List.of(new Quantity("force", "N", -1, 1)), HORIZON, DT, Map.of(), new ReturnReference(-1000, 0));

    private double x;
    private double v;
    private int steps;

    @Override
    public EnvSpec spec() {
        return SPEC;
    }

    @Override
    public double[] reset(long seed) {
        RandomStream random = RandomStream.of(seed, "environment");
        x = random.uniform(-0.5, 0.5);
        v = random.uniform(-0.2, 0.2);
        steps = 0;
        return observation();
    }

    private double[] observation() {
        return new double[]{x, v};
    }

    @Override
    public Step step(double[] action) {
        double a = SPEC.actions().getFirst().clip(action[0]);
        double reward = -(COST[0] * x * x + COST[1] * v * v + COST[2] * a * a);
        x += v * DT;
        v += (a - v) * DT;
        steps++;
        return new Step(observation(), reward, false, steps == HORIZON);
    }

    /** Gains K of the optimal action {@code -K (x, v)} for every step of an episode. */
    static double[][] gains() {
        double[][] gains = new double[HORIZON][];
        double p11 = 0;
        double p12 = 0;
        double p22 = 0; // value of the state after the last step
        for (int t = HORIZON - 1; t >= 0; t--) {
            // A = [1 dt; 0 1 - dt], B = [0 dt]: K = Bᵀ P A / (r + Bᵀ P B), P ← Q + Aᵀ P (A - B K).
            double r = COST[2] + DT * DT * p22;
            double k1 = DT * p12 / r;
            double k2 = DT * (p12 * DT + p22 * (1 - DT)) / r;
            gains[t] = new double[]{k1, k2};
            double c21 = -DT * k1;
            double c22 = 1 - DT - DT * k2;
            double n11 = COST[0] + p11 + p12 * c21;
            double n12 = p11 * DT + p12 * c22;
            double n22 = COST[1] + DT * (p11 * DT + p12 * c22) + (1 - DT) * (p12 * DT + p22 * c22);
            p11 = n11;
            p12 = n12;
            p22 = n22;
        }
        return gains;
    }

    @Override
    public double[] state() {
        return new double[]{x, v, steps};
    }

    @Override
    public double[] restore(double[] state) {
        x = state[0];
        v = state[1];
        steps = (int) state[2];
        return observation();
    }

    @Override
    public void close() {
        // Nothing is native.
    }
}
