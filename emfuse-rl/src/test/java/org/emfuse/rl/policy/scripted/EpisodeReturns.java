package org.emfuse.rl.policy.scripted;

import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Statistic;
import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Step;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;

/**
 * Undiscounted returns of consecutive seeds: episode s starts with {@code reset(s)}, and the policy draws from the stream
 * {@code RandomStream.of(s, "policy")}.
 */
final class EpisodeReturns {

    private EpisodeReturns() {}

    static double[] of(String environment, String controller, int firstSeed, int episodes) {
        Policy policy = ScriptedPolicies.make(controller, Environments.spec(environment));
        double[] returns = new double[episodes];
        try (Env env = Environments.make(environment)) {
            for (int i = 0; i < episodes; i++) {
                RandomStream random = RandomStream.of(firstSeed + i, "policy");
                returns[i] = play(env, firstSeed + i, (step, observation) -> policy.act(observation, random));
            }
        }
        return returns;
    }

    static double[] of(String environment, FiniteHorizonController controller, int firstSeed, int episodes) {
        double[] returns = new double[episodes];
        try (Env env = Environments.make(environment)) {
            for (int i = 0; i < episodes; i++) {
                returns[i] = play(env, firstSeed + i, controller);
            }
        }
        return returns;
    }

    private static double play(Env env, long seed, FiniteHorizonController controller) {
        double sum = 0;
        double[] observation = env.reset(seed);
        Step step;
        int t = 0;
        do {
            step = env.step(controller.act(t++, observation));
            observation = step.observation();
            sum += step.reward();
        } while (!step.last());
        return sum;
    }

    static double mean(double[] returns) {
        return DoubleStatistics.of(java.util.EnumSet.of(Statistic.MEAN), returns).getAsDouble(Statistic.MEAN);
    }

    static double standardError(double[] returns) {
        return DoubleStatistics.of(java.util.EnumSet.of(Statistic.STANDARD_DEVIATION), returns)
                .getAsDouble(Statistic.STANDARD_DEVIATION) / Math.sqrt(returns.length);
    }

    static void print(String environment, String controller, double[] returns) {
        double[] sorted = returns.clone();
        java.util.Arrays.sort(sorted);
        System.out.printf(java.util.Locale.ROOT, "%-30s %-38s %10.4f %8.4f %10.4f %10.4f%n", environment, controller,
                mean(returns), standardError(returns), sorted[0], sorted[sorted.length - 1]);
    }

    /** Prints mean, standard error, least and greatest return of 1,000 episodes of every environment and controller. */
    public static void main(String[] args) {
        System.out.printf("%-30s %-38s %10s %8s %10s %10s%n", "environment", "controller", "mean", "error", "least",
                "greatest");
        for (String environment : Environments.ids()) {
            EnvSpec spec = Environments.spec(environment);
            for (String controller : ScriptedPolicies.idsFor(spec.name())) {
                print(environment, controller, of(environment, controller, 0, 1000));
            }
        }
    }
}
