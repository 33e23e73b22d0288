package org.emfuse.rl.diagnostics;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.Quantity;

/** Angle and angular velocity of states that are an angle's cosine and sine and its velocity. */
record AnglePlane(String name, Quantity velocity, Transitions logged) implements StatePlane {

    @Override
    public double[] point(double[] state) {
        return new double[]{Math.atan2(state[1], state[0]), state[2]};
    }

    @Override
    public double[] state(double x, double y) {
        return new double[]{Math.cos(x), Math.sin(x), y};
    }

    @Override
    public Axis x(int cells) {
        return new Axis(name, "rad", -Math.PI, Math.PI, cells);
    }

    @Override
    public Axis y(int cells) {
        return CoordinatePlane.axis(velocity, logged, 2, cells);
    }
}
