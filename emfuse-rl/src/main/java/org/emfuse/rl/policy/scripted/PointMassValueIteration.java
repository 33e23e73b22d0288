package org.emfuse.rl.policy.scripted;

import java.util.Arrays;
import java.util.stream.IntStream;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.PointMass;

/**
 * The point mass's optimal controller with obstacles: finite-horizon value iteration on a grid of positions and velocities,
 * backwards from the horizon. Only the cost to go in excess of {@link PointMassLqr}'s is interpolated (multilinearly); it is
 * 0 wherever no obstacle matters, so there the controller is exactly LQR. Forces are minimised over by a coarse search
 * that is refined around its best. The environment's own dynamics are used, contact included.
 */
public final class PointMassValueIteration implements FiniteHorizonController {

    /** Positions are resolved in [-1.25, 1.25] m, velocities in [-0.9, 0.9] m/s; beyond, the excess is that of the border. */
    private static final double[] EXTENT = {1.25, 1.25, 0.9, 0.9};
    private static final int COARSE = 2;
    private static final int REFINEMENTS = 4;
    private static final int FINE = 8;

    private final PointMass task;
    private final PointMassLqr lqr;
    private final int horizon;
    private final int[] points;
    private final int[] strides;
    /** Excess cost to go by step of the episode and grid point; none after the last step. */
    private final float[][] excess;

    /**
     * Iterates, in parallel over the grid. Takes some minutes on two cores with the standard grid of 41 positions and 17
     * velocities along each axis.
     *
     * @param spec of {@code PointMass2D-v0} without action delay
     * @param positions grid points along each position axis, at least 2
     * @param velocities grid points along each velocity axis, at least 2
     */
    public PointMassValueIteration(EnvSpec spec, int positions, int velocities) {
        if (positions < 2 || velocities < 2) {
            throw new IllegalArgumentException(
                    "expected at least 2 grid points along each axis, found " + positions + " and " + velocities);
        }
        if (spec.parameter("actionDelay") != 0) {
            throw new IllegalArgumentException(
                    "the grid has no pending actions: expected actionDelay=0 in " + spec.id());
        }
        task = new PointMass(spec);
        lqr = new PointMassLqr(spec);
        horizon = spec.horizon();
        points = new int[]{positions, positions, velocities, velocities};
        strides = new int[]{positions * velocities * velocities, velocities * velocities, velocities, 1};
        excess = new float[horizon + 1][positions * strides[0]];
        for (int t = horizon - 1; t >= 0; t--) {
            int step = t;
            IntStream.range(0, positions * positions).parallel().forEach(column -> solveColumn(step, column));
        }
    }

    /** One backup of all velocities at one position. */
    private void solveColumn(int step, int column) {
        double[] state = new double[4];
        Search search = new Search();
        for (int velocity = 0; velocity < strides[1]; velocity++) {
            int cell = column * strides[1] + velocity;
            for (int axis = 0; axis < 4; axis++) {
                int index = cell / strides[axis] % points[axis];
                state[axis] = EXTENT[axis] * (2.0 * index / (points[axis] - 1) - 1);
            }
            excess[step][cell] = (float) (search.minimise(step, state, REFINEMENTS) - lqr.costToGo(step, state));
        }
    }

    @Override
    public double[] act(int step, double[] observation) {
        Search search = new Search();
        search.minimise(step, observation, FINE);
        return search.best.clone();
    }

    /** The least cost to go from a step on: minus the largest return. */
    public double costToGo(int step, double[] state) {
        return lqr.costToGo(step, state) + interpolated(excess[step], state);
    }

    private double interpolated(float[] values, double[] state) {
        double[] fraction = new double[4];
        int base = 0;
        for (int axis = 0; axis < 4; axis++) {
            double position = (Math.clamp(state[axis] / EXTENT[axis], -1, 1) + 1) / 2 * (points[axis] - 1);
            int index = Math.min((int) position, points[axis] - 2);
            fraction[axis] = position - index;
            base += index * strides[axis];
        }
        double sum = 0;
        for (int x = 0; x < 2; x++) {
            for (int y = 0; y < 2; y++) {
                int corner = base + x * strides[0] + y * strides[1];
                double weight = (x == 0 ? 1 - fraction[0] : fraction[0]) * (y == 0 ? 1 - fraction[1] : fraction[1]);
                double low = values[corner] + fraction[3] * (values[corner + 1] - values[corner]);
                corner += strides[2];
                double high = values[corner] + fraction[3] * (values[corner + 1] - values[corner]);
                sum += weight * (low + fraction[2] * (high - low));
            }
        }
        return sum;
    }

    /** The search for the best force of one state; holds scratch arrays. */
    private final class Search {

        private final double[] best = new double[2];
        private final double[] centre = new double[2];
        private final double[] force = new double[2];
        private final double[] next = new double[4];
        private double least;

        /** The cost to go of the best force, which is left in {@link #best}. */
        double minimise(int step, double[] state, int refinements) {
            least = Double.POSITIVE_INFINITY;
            double[] free = lqr.act(step, state);
            attempt(step, state, free[0], free[1]);
            attempt(step, state, 0, 0);
            double width = PointMass.MAX_FORCE / COARSE;
            around(step, state, COARSE, width);
            for (int i = 0; i < refinements; i++) {
                width /= 2;
                System.arraycopy(best, 0, centre, 0, 2);
                around(step, state, 1, width);
            }
            Arrays.fill(centre, 0);
            return least;
        }

        private void around(int step, double[] state, int reach, double width) {
            for (int i = -reach; i <= reach; i++) {
                for (int j = -reach; j <= reach; j++) {
                    if (i != 0 || j != 0) {
                        attempt(step, state, centre[0] + i * width, centre[1] + j * width);
                    }
                }
            }
        }

        private void attempt(int step, double[] state, double x, double y) {
            force[0] = Math.clamp(x, -PointMass.MAX_FORCE, PointMass.MAX_FORCE);
            force[1] = Math.clamp(y, -PointMass.MAX_FORCE, PointMass.MAX_FORCE);
            System.arraycopy(state, 0, next, 0, 4);
            double cost = -task.advance(next, force) + costToGo(step + 1, next);
            if (cost < least) {
                least = cost;
                System.arraycopy(force, 0, best, 0, 2);
            }
        }
    }
}
