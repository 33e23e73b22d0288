package org.emfuse.rl.policy.scripted;

import java.util.List;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.PointMass;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;

/**
 * The point mass's optimal controller without obstacles: time-varying LQR, exact as long as the force limit is not reached.
 * As a {@link Policy} it ignores the steps left and uses the gain of an infinite horizon. Obstacles are ignored.
 */
public final class PointMassLqr implements FiniteHorizonController, Policy {

    private final List<LinearQuadratic> steps;
    private final LinearQuadratic stationary;

    /** For an environment {@code PointMass2D-v0} with any parameters. */
    public PointMassLqr(EnvSpec spec) {
        PointMass task = new PointMass(spec);
        double[][] a = task.stateMatrix();
        double[] b = {task.inputMatrix()[0][0], task.inputMatrix()[1][0]};
        double[][] q = {{1, 0}, {0, PointMass.SPEED_COST}};
        steps = LinearQuadratic.finite(a, b, q, 1, spec.horizon());
        stationary = LinearQuadratic.stationary(a, b, q, 1);
    }

    @Override
    public double[] act(int step, double[] observation) {
        return force(steps.get(step), observation);
    }

    @Override
    public double[] act(double[] observation, RandomStream random) {
        return force(stationary, observation);
    }

    private static double[] force(LinearQuadratic lqr, double[] s) {
        return new double[]{limited(lqr.input(s[0], s[2])), limited(lqr.input(s[1], s[3]))};
    }

    private static double limited(double force) {
        return Math.clamp(force, -PointMass.MAX_FORCE, PointMass.MAX_FORCE);
    }

    /** The least cost from a step on, if the force had no limit: minus the largest return. 0 after the last step. */
    public double costToGo(int step, double[] s) {
        if (step == steps.size()) {
            return 0;
        }
        double[][] p = steps.get(step).value();
        return quadratic(p, s[0], s[2]) + quadratic(p, s[1], s[3]);
    }

    private static double quadratic(double[][] p, double x, double v) {
        return p[0][0] * x * x + 2 * p[0][1] * x * v + p[1][1] * v * v;
    }
}
