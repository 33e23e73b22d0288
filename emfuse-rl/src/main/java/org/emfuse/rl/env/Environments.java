package org.emfuse.rl.env;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleBiFunction;

/**
 * The embedded environments by id. An id is a name, and after a colon those parameters that differ from the standard:
 * {@code "Pendulum-v1:mass=1.5,gravity=9.81,actionDelay=2"}. Equations, units and references: docs/reference/environments.md.
 */
public final class Environments {

    private record Family(String description, List<Parameter> parameters, Function<Variant, EnvSpec> spec,
            Function<Variant, ControlTask> task, Function<Variant, LearningSettings> learning) {}

    private static final Map<String, Family> FAMILIES = families();

    private Environments() {}

    private static Map<String, Family> families() {
        Map<String, Family> families = new LinkedHashMap<>();
        families.put(Pendulum.NAME, new Family("swing up a pendulum with a weak torque, and balance it",
                Pendulum.PARAMETERS, Pendulum::spec, Pendulum::new, _ -> Pendulum.LEARNING));
        families.put(CartPole.NAME, new Family("swing up a pole by pushing the cart that it hangs from",
                CartPole.PARAMETERS, CartPole::spec, CartPole::new, _ -> CartPole.LEARNING));
        families.put(PointMass.NAME, new Family("push a mass in the plane to the origin, with or without obstacles",
                PointMass.PARAMETERS, PointMass::spec, PointMass::new, PointMass::learning));
        families.put(Reacher.NAME, new Family("move the tip of a two-link arm to a target", Reacher.PARAMETERS,
                Reacher::spec, Reacher::new, _ -> Reacher.LEARNING));
        return families;
    }

    /**
     * A new environment.
     *
     * @throws IllegalArgumentException for an unknown name or parameter, or a value out of range; lists the valid ones
     */
    public static Env make(String id) {
        Variant variant = variant(id);
        Family family = family(variant.name());
        return new SimulatedEnv(family.spec.apply(variant), family.task.apply(variant),
                (int) variant.get(SimulatedEnv.ACTION_DELAY.name()));
    }

    /** What {@link #make} would give, without making it. */
    public static EnvSpec spec(String id) {
        Variant variant = variant(id);
        return family(variant.name()).spec.apply(variant);
    }

    /** What suffices to learn the task by soft actor-critic; found for the standard parameters. */
    public static LearningSettings learning(String id) {
        Variant variant = variant(id);
        return family(variant.name()).learning.apply(variant);
    }

    /**
     * Whether the task of an environment ends at an observation, as a function of observations alone: for states that a
     * model predicts. Values that are not finite end every task.
     */
    public static Predicate<double[]> termination(String id) {
        Variant variant = variant(id);
        ControlTask task = family(variant.name()).task.apply(variant);
        return observation -> !Arrays.stream(observation).allMatch(Double::isFinite) || task.terminatedAt(observation);
    }

    /**
     * The reward of a step of an environment, as a function of the observation where it begins and of the action: for states that
     * a model predicts.
     *
     * @throws IllegalArgumentException if actions are delayed: then the reward is that of an earlier action
     */
    public static ToDoubleBiFunction<double[], double[]> reward(String id) {
        Variant variant = variant(id);
        if (variant.get(SimulatedEnv.ACTION_DELAY.name()) > 0) {
            throw new IllegalArgumentException(
                    "rewards of " + id + " are no function of state and action, because actions"
                            + " are delayed; leave actionDelay out");
        }
        return family(variant.name()).task.apply(variant)::reward;
    }

    /** The names of all environments. */
    public static List<String> ids() {
        return List.copyOf(FAMILIES.keySet());
    }

    /** One line about an environment. */
    public static String description(String id) {
        return family(variant(id).name()).description;
    }

    /** The parameters that an environment has, in the order of its ids. */
    public static List<Parameter> parameters(String id) {
        return family(variant(id).name()).parameters;
    }

    /** An id taken apart. */
    static Variant variant(String id) {
        Map<String, List<Parameter>> known = new LinkedHashMap<>();
        FAMILIES.forEach((name, family) -> known.put(name, family.parameters));
        return Variant.parse("environment", id, known);
    }

    private static Family family(String name) {
        Family family = FAMILIES.get(name);
        if (family == null) {
            throw new IllegalStateException("no environment " + name);
        }
        return family;
    }
}
