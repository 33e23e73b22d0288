package org.emfuse.rl.env;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is fixed about an environment.
 *
 * @param id versioned, with its parameters where they are not the default ones: {@code "Pendulum-v1:mass=1.5"}
 * @param observations the coordinates of an observation, in order
 * @param actions the coordinates of an action, in order; their ranges are finite and symmetric about 0
 * @param horizon steps after which an episode is truncated
 * @param timeStep seconds of one step
 * @param parameters of the dynamics by name, all of them, in effect, in the order of ids; a word is given by its index
 * @param reference returns for normalised scores, of the environment with its default parameters; the
 *        point mass has one without and one with obstacles
 */
public record EnvSpec(String id, List<Quantity> observations, List<Quantity> actions, int horizon, double timeStep,
        Map<String, Double> parameters, ReturnReference reference) {

    /** Copies the lists and the map; checks that the action ranges are finite and symmetric. */
    public EnvSpec {
        observations = List.copyOf(observations);
        actions = List.copyOf(actions);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        for (Quantity action : actions) {
            if (!(Double.isFinite(action.high()) && action.low() == -action.high())) {
                throw new IllegalArgumentException("the range of action " + action.name() + " of " + id
                        + " must be finite and symmetric about 0, found [" + action.low() + ", " + action.high() + "]");
            }
        }
    }

    /** The id without parameters: {@code "Pendulum-v1"}. */
    public String name() {
        return id.split(":", 2)[0];
    }

    /**
     * The value of a parameter of the dynamics.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public double parameter(String name) {
        Double value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException(id + " has no parameter " + name + "; it has " + parameters.keySet());
        }
        return value;
    }

    /** Coordinates of an observation. */
    public int observationSize() {
        return observations.size();
    }

    /** Coordinates of an action. */
    public int actionSize() {
        return actions.size();
    }

    /** Largest value of each action coordinate; the caller owns the array. */
    public double[] actionScale() {
        return actions.stream().mapToDouble(Quantity::high).toArray();
    }
}
