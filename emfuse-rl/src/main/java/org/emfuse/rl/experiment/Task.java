package org.emfuse.rl.experiment;

import java.util.List;
import java.util.stream.Stream;

import org.emfuse.rl.env.Names;

/**
 * What methods are compared on: domains of logs, and where policies are scored. The domains of most tasks share their dynamics and
 * differ in what they cover; those of a shifted one differ in their dynamics, and every policy is scored in each (spec 06 §12).
 *
 * @param name for tables and folders
 * @param env the environment whose coordinates, rewards and reference scores are the task's
 * @param domains of logs
 * @param scored ids of the environments in which policies are scored, with the task's own among them; of several the mean counts
 */
public record Task(String name, String env, List<Domain> domains, List<String> scored) {

    private static final List<Task> ALL = List
            .of(coverage("Pendulum-v1",
                    new Domain("hanging", "Pendulum-v1:start=hanging", "pendulum-hanging:scale=0.5"),
                    new Domain("upright", "Pendulum-v1:start=upright", "pendulum-balance:noise=0.3"),
                    new Domain("swing-up", "Pendulum-v1", "pendulum-swingup:noise=1.5")),
                    coverage("PointMass2D-v0",
                            new Domain("left", "PointMass2D-v0:start=left", "pointmass-lqr:noise=0.5"),
                            new Domain("right", "PointMass2D-v0:start=right", "pointmass-lqr:noise=0.5"),
                            new Domain("wandering", "PointMass2D-v0", "random")),
                    shifted("Pendulum-v1-shifted", "Pendulum-v1",
                            new Domain("light", "Pendulum-v1:mass=0.7", "pendulum-swingup:noise=1.5"),
                            new Domain("standard", "Pendulum-v1", "pendulum-swingup:noise=1.5"),
                            new Domain("heavy", "Pendulum-v1:mass=1.3", "pendulum-swingup:noise=1.5")));

    /** Copies the lists, and checks that policies are scored in the task's environment. */
    public Task {
        domains = List.copyOf(domains);
        scored = List.copyOf(scored);
        if (!scored.contains(env)) {
            throw new IllegalArgumentException("policies of " + name + " must be scored in " + env + " too, found "
                    + scored);
        }
    }

    private static Task coverage(String env, Domain... domains) {
        return new Task(env, env, List.of(domains), List.of(env));
    }

    private static Task shifted(String name, String env, Domain... domains) {
        return new Task(name, env, List.of(domains), Stream.of(domains).map(Domain::env).toList());
    }

    /** Names of all tasks. */
    public static List<String> names() {
        return ALL.stream().map(Task::name).toList();
    }

    /**
     * The task of a name.
     *
     * @throws IllegalArgumentException if there is none; lists the names
     */
    public static Task of(String name) {
        return ALL.get(names().indexOf(Names.known("environment with domains", name, names())));
    }

    /** Where policies are scored besides the task's own environment. */
    List<String> elsewhere() {
        return scored.stream().filter(id -> !id.equals(env)).toList();
    }
}
