package org.emfuse.rl.rollout;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.stats.Statistics;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/**
 * Off-policy evaluation: the value of given policies in a simulator, without learning any (spec 06 §9). Where there is no
 * environment to try policies in, this is what can be known of them.
 *
 * @param value mean discounted return from logged states, over a finite number of steps
 * @param deviation of the trajectories' returns
 * @param trajectories whose predictions stayed finite to their end; the others count in nothing
 * @param dropped the others
 * @param uncertainty mean over all their steps
 */
public record PolicyValue(double value, double deviation, int trajectories, int dropped, double uncertainty) {

    /**
     * The value of a policy.
     *
     * @param count trajectories
     * @param horizon steps of each, at most
     * @param gamma discount per step, in (0, 1]
     * @throws IllegalStateException if no trajectory stayed finite to its end
     */
    public static PolicyValue of(Rollouts rollouts, Policy policy, int count, int horizon, double gamma,
            RandomStream random) {
        double[] returns = new double[count];
        boolean[] whole = new boolean[count];
        double[] uncertainties = new double[count];
        int[] steps = new int[count];
        rollouts.run(policy, count, horizon, random, (trajectory, step, _, _, reward, _, uncertainty, terminated) -> {
            returns[trajectory] += Math.pow(gamma, step) * reward;
            uncertainties[trajectory] += uncertainty;
            steps[trajectory]++;
            whole[trajectory] = terminated || step == horizon - 1;
        });
        int[] heard = IntStream.range(0, count).filter(i -> whole[i]).toArray();
        if (heard.length == 0) {
            throw new IllegalStateException("of " + count + " trajectories in the simulator " + rollouts.name()
                    + " none stayed finite for " + horizon + " steps; take a shorter horizon, or models of more data");
        }
        double[] finite = IntStream.of(heard).mapToDouble(i -> returns[i]).toArray();
        double mean = Statistics.mean(finite);
        double variance = Arrays.stream(finite).map(value -> (value - mean) * (value - mean)).average().orElseThrow();
        double uncertain = IntStream.of(heard).mapToDouble(i -> uncertainties[i]).sum()
                / IntStream.of(heard).map(i -> steps[i]).sum();
        return new PolicyValue(mean, Math.sqrt(variance), finite.length, count - finite.length, uncertain);
    }

    /**
     * How well values rank policies.
     *
     * @param correlation Spearman's, of values and true returns; NaN of fewer than two policies
     * @param regret what the policy of the highest value loses against the truly best, as a share of the range of true returns;
     *            0 where they are equal
     */
    public record Ranking(double correlation, double regret) {

        /** The ranking by values of policies whose true returns are known. */
        public static Ranking of(List<Double> values, List<Double> truth) {
            double[] v = values.stream().mapToDouble(Double::doubleValue).toArray();
            double[] t = truth.stream().mapToDouble(Double::doubleValue).toArray();
            int chosen = 0;
            for (int i = 1; i < v.length; i++) {
                chosen = v[i] > v[chosen] ? i : chosen;
            }
            double best = Arrays.stream(t).max().orElseThrow();
            double range = best - Arrays.stream(t).min().orElseThrow();
            return new Ranking(v.length < 2 ? Double.NaN : new SpearmansCorrelation().correlation(v, t),
                    range == 0 ? 0 : (best - t[chosen]) / range);
        }
    }
}
