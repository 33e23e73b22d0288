package org.emfuse.rl.experiment;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.emfuse.rl.env.Names;

/**
 * Where an expert's data come from: whole episodes of one environment by scripted controllers. The domains of one environment
 * share their dynamics and differ in what they cover.
 *
 * @param name for tables
 * @param env the environment's id, with the start that the domain's episodes have
 * @param policy the controller that acts, with its noise
 */
public record Domain(String name, String env, String policy) {

    private static final Map<String, List<Domain>> OF = Map.of("Pendulum-v1",
            List.of(new Domain("hanging", "Pendulum-v1:start=hanging", "pendulum-hanging:scale=0.5"),
                    new Domain("upright", "Pendulum-v1:start=upright", "pendulum-balance:noise=0.3"),
                    new Domain("swing-up", "Pendulum-v1", "pendulum-swingup:noise=1.5")),
            "PointMass2D-v0",
            List.of(new Domain("left", "PointMass2D-v0:start=left", "pointmass-lqr:noise=0.5"),
                    new Domain("right", "PointMass2D-v0:start=right", "pointmass-lqr:noise=0.5"),
                    new Domain("wandering", "PointMass2D-v0", "random")));

    /** Names of the environments that have domains. */
    public static Set<String> environments() {
        return OF.keySet();
    }

    /**
     * The three domains of an environment.
     *
     * @throws IllegalArgumentException if it has none; lists those that have
     */
    public static List<Domain> of(String env) {
        List<Domain> domains = OF.get(Names.known("environment with domains", env, OF.keySet()));
        if (domains == null) {
            throw new IllegalStateException("no domains of " + env);
        }
        return domains;
    }
}
