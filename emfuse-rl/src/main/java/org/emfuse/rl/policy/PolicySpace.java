package org.emfuse.rl.policy;

import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Quantity;

/**
 * What a policy sees and does.
 *
 * @param env id of the environment that it acts in; empty where there is none, as for one that was learned from logs
 * @param observations the coordinates of an observation, in order
 * @param actions the coordinates of an action, in order; their ranges are finite and symmetric about 0
 */
public record PolicySpace(String env, List<Quantity> observations, List<Quantity> actions) {

    /** Copies the lists; checks that there are coordinates, and the action ranges. */
    public PolicySpace {
        observations = List.copyOf(observations);
        actions = List.copyOf(actions);
        if (observations.isEmpty() || actions.isEmpty()) {
            throw new IllegalArgumentException("a policy needs at least one observation and one action, found "
                    + observations.size() + " and " + actions.size());
        }
        for (Quantity action : actions) {
            if (!(Double.isFinite(action.high()) && action.low() == -action.high())) {
                throw new IllegalArgumentException("the range of action " + action.name()
                        + " must be finite and symmetric about 0, found [" + action.low() + ", " + action.high() + "]");
            }
        }
    }

    /** The space of an environment. */
    public static PolicySpace of(EnvSpec spec) {
        return new PolicySpace(spec.id(), spec.observations(), spec.actions());
    }

    /** A space without an environment: coordinates obs0, obs1, …, and action0, action1, …, without units. */
    public static PolicySpace unnamed(int observations, double[] actionScale) {
        return new PolicySpace("",
                IntStream.range(0, observations)
                        .mapToObj(i -> new Quantity("obs" + i, "1", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY))
                        .toList(),
                IntStream.range(0, actionScale.length)
                        .mapToObj(i -> new Quantity("action" + i, "1", -actionScale[i], actionScale[i])).toList());
    }

    /** Largest value of each action coordinate; the caller owns the array. */
    public double[] actionScale() {
        return actions.stream().mapToDouble(Quantity::high).toArray();
    }
}
