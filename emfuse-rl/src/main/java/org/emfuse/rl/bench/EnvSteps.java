package org.emfuse.rl.bench;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.VectorEnv;
import org.emfuse.rl.random.RandomStream;

/** Steps of an environment with uniformly random actions. */
final class EnvSteps {

    private final String id;
    private final double[] largest;
    private final RandomStream random;
    private long episodes;

    EnvSteps(String id, long seed) {
        EnvSpec spec = Environments.spec(id);
        this.id = id;
        this.largest = spec.actionScale();
        this.random = RandomStream.of(seed, id);
    }

    /** Both rates, each after a fifth as many steps of warm-up. */
    StepRate rate(int steps, int together) {
        return new StepRate(single(steps), vectorised(steps, together));
    }

    private double single(int steps) {
        try (Env env = Environments.make(id)) {
            env.reset(episodes++);
            run(env, steps / 5);
            long start = System.nanoTime();
            run(env, steps);
            return steps / seconds(start);
        }
    }

    private void run(Env env, int steps) {
        for (int i = 0; i < steps; i++) {
            if (env.step(action()).last()) {
                env.reset(episodes++);
            }
        }
    }

    private double vectorised(int steps, int together) {
        List<Env> envs = new ArrayList<>();
        for (int i = 0; i < together; i++) {
            envs.add(Environments.make(id));
        }
        int rounds = Math.max(1, steps / together);
        try (VectorEnv env = new VectorEnv(envs)) {
            env.reset(0);
            run(env, rounds / 5);
            long start = System.nanoTime();
            run(env, rounds);
            return (double) rounds * together / seconds(start);
        }
    }

    private void run(VectorEnv env, int rounds) {
        double[][] actions = new double[env.size()][];
        for (int i = 0; i < rounds; i++) {
            for (int j = 0; j < actions.length; j++) {
                actions[j] = action();
            }
            env.step(actions);
        }
    }

    private double[] action() {
        double[] action = new double[largest.length];
        for (int i = 0; i < action.length; i++) {
            action[i] = random.uniform(-largest[i], largest[i]);
        }
        return action;
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
