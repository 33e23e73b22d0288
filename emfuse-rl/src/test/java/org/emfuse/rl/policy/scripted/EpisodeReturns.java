package org.emfuse.rl.policy.scripted;

import java.util.EnumSet;
import java.util.Locale;

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
        return DoubleStatistics.of(EnumSet.of(Statistic.MEAN), returns).getAsDouble(Statistic.MEAN);
    }

    static double standardError(double[] returns) {
        return DoubleStatistics.of(EnumSet.of(Statistic.STANDARD_DEVIATION), returns)
                .getAsDouble(Statistic.STANDARD_DEVIATION) / Math.sqrt(returns.length);
    }

    private static void print(String environment, String controller, double[] returns) {
        System.out.printf(Locale.ROOT, "| `%s` | %s | %.4f | %.4f |%n", environment, controller, mean(returns),
                standardError(returns));
    }

    /** Prints the documentation's table of references, of every controller. Takes some minutes. */
    public static void main(String[] args) {
        System.out.println("| environment | policy | mean return | standard error |\n| --- | --- | --- | --- |");
        for (String environment : Environments.ids()) {
            for (String controller : ScriptedPolicies.idsFor(environment)) {
                print(environment, "`" + controller + "`", of(environment, controller, 0, 1000));
            }
        }
        EnvSpec free = Environments.spec("PointMass2D-v0");
        print(free.id(), "optimum: LQR of the finite horizon", of(free.id(), new PointMassLqr(free), 0, 1000));
        EnvSpec obstructed = Environments.spec("PointMass2D-v0:obstacles=1");
        print(obstructed.id(), "random actions", of(obstructed.id(), "random", 0, 1000));
        print(obstructed.id(), "optimum: value iteration",
                of(obstructed.id(), new PointMassValueIteration(obstructed, 31, 13), 0, 1000));
    }
}
