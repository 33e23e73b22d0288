package org.emfuse.rl.policy.scripted;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Parameter;
import org.emfuse.rl.env.Variant;
import org.emfuse.rl.policy.Policy;

/**
 * The scripted controllers by name, with parameters after a colon: {@code "pendulum-swingup:noise=0.3"}. A controller
 * knows the environment's parameters in effect, but not an action delay.
 */
public final class ScriptedPolicies {

    private static final Parameter NOISE = noise(0);

    private record Family(String environment, String description, List<Parameter> parameters,
            BiFunction<EnvSpec, Variant, Policy> make) {}

    private static final Map<String, Family> FAMILIES = families();

    private ScriptedPolicies() {}

    private static Map<String, Family> families() {
        Map<String, Family> families = new LinkedHashMap<>();
        families.put("random",
                new Family("", "uniformly random actions", List.of(scale(1)),
                        (spec, variant) -> new UniformPolicy(spec, variant.get("scale"))));
        families.put("pendulum-hanging", new Family("Pendulum-v1", "weak uniformly random torque", List.of(scale(0.25)),
                (spec, variant) -> new UniformPolicy(spec, variant.get("scale"))));
        put(families, "pendulum-balance", "Pendulum-v1", "proportional and derivative torque towards upright, noisy",
                noise(0.3), PendulumBalance::new);
        put(families, "pendulum-swingup", "Pendulum-v1", "energy pumping, then LQR balance", NOISE,
                PendulumSwingUp::new);
        put(families, "cartpole-swingup", "CartPoleSwingUp-v0", "energy pumping, then LQR balance", NOISE,
                CartPoleSwingUp::new);
        put(families, "pointmass-lqr", "PointMass2D-v0", "LQR of an infinite horizon; ignores obstacles", NOISE,
                PointMassLqr::new);
        put(families, "reacher-computed-torque", "Reacher2D-v0", "inverse kinematics and computed torque", NOISE,
                ReacherComputedTorque::new);
        return families;
    }

    private static void put(Map<String, Family> families, String name, String environment, String description,
            Parameter noise, Function<EnvSpec, Policy> controller) {
        families.put(name, new Family(environment, description, List.of(noise), (spec, variant) -> {
            Policy policy = controller.apply(spec);
            return variant.get("noise") == 0 ? policy : new NoisyPolicy(policy, spec, variant.get("noise"));
        }));
    }

    private static Parameter noise(double standard) {
        return Parameter.number("noise", "1", standard, 0, 2,
                "standard deviation of Gaussian noise on the actions, as a share of the largest action");
    }

    private static Parameter scale(double standard) {
        return Parameter.number("scale", "1", standard, 0, 1, "share of the action range");
    }

    /**
     * A controller for an environment.
     *
     * @param id name, and parameters after a colon
     * @param spec of the environment that it will act in
     * @throws IllegalArgumentException for an unknown name or parameter, or a controller of another environment
     */
    public static Policy make(String id, EnvSpec spec) {
        Variant variant = variant(id);
        Family family = family(variant.name());
        String environment = spec.name();
        if (!family.environment.isEmpty() && !family.environment.equals(environment)) {
            throw new IllegalArgumentException(
                    variant.name() + " controls " + family.environment + ", found environment "
                            + environment + "; controllers for it: " + idsFor(environment));
        }
        return family.make.apply(spec, variant);
    }

    /** The names of all controllers. */
    public static List<String> ids() {
        return List.copyOf(FAMILIES.keySet());
    }

    /** The names of the controllers that can act in an environment, given its name without parameters. */
    public static List<String> idsFor(String environment) {
        return FAMILIES.entrySet().stream()
                .filter(e -> e.getValue().environment.isEmpty() || e.getValue().environment.equals(environment))
                .map(Map.Entry::getKey).toList();
    }

    /** One line about a controller. */
    public static String description(String id) {
        return family(variant(id).name()).description;
    }

    /** The parameters that a controller has. */
    public static List<Parameter> parameters(String id) {
        return family(variant(id).name()).parameters;
    }

    private static Variant variant(String id) {
        Map<String, List<Parameter>> known = new LinkedHashMap<>();
        FAMILIES.forEach((name, family) -> known.put(name, family.parameters));
        return Variant.parse("controller", id, known);
    }

    private static Family family(String name) {
        Family family = FAMILIES.get(name);
        if (family == null) {
            throw new IllegalStateException("no controller " + name);
        }
        return family;
    }
}
