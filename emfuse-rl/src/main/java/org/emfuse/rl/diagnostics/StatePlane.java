package org.emfuse.rl.diagnostics;

import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Quantity;

/** Two numbers that tell most of a state, and the states that a pair of them stands for. */
public sealed interface StatePlane permits AnglePlane, CoordinatePlane {

    /** Where states lie [x, y]; the caller owns the array. */
    double[] point(double[] state);

    /** A state that lies there; the caller owns the array. */
    double[] state(double x, double y);

    /** The horizontal coordinate over a range that holds all logged states. */
    Axis x(int cells);

    /** The vertical one. */
    Axis y(int cells);

    /**
     * The plane of a space: angle and angular velocity where a state is an angle's cosine and sine and its velocity, else the
     * first two coordinates, the others those of the nearest logged state.
     *
     * @param logged at least one transition
     */
    static StatePlane of(TransitionSpace space, Transitions logged) {
        List<Quantity> states = space.observations();
        if (states.size() < 2 || logged.size() < 1) {
            throw new IllegalArgumentException("a plane of states needs two coordinates and a logged state, found "
                    + states.size() + " coordinates and " + logged.size() + " transitions");
        }
        return states.size() == 3 && states.get(0).name().startsWith("cos ")
                && states.get(1).name().startsWith("sin ")
                        ? new AnglePlane(states.get(0).name().substring(4), states.get(2), logged)
                        : new CoordinatePlane(states.get(0), states.get(1), logged);
    }
}
