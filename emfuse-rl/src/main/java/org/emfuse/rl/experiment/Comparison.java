package org.emfuse.rl.experiment;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.MethodComparison;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.StratifiedBootstrap;

/**
 * A fused method against another one on one environment, over the seeds that both have; of one seed, over its episodes, which
 * says nothing about other seeds.
 *
 * @param env name of the task
 * @param method that is fused, by its id
 * @param other that it is compared with
 * @param seeds that both have, at least one
 * @param difference of the interquartile means of normalised scores, method minus other, with its 95 % interval
 * @param probability that the method scores higher than the other, ties counted half, with its 95 % interval
 * @param separated whether the interval of the difference excludes 0
 */
public record Comparison(String env, String method, String other, List<Long> seeds, Estimate difference,
        Estimate probability, boolean separated) {

    private static final MethodComparison DIFFERENCE = MethodComparison.difference(Aggregate.POOLED_IQM);

    /** Copies the list. */
    public Comparison {
        seeds = List.copyOf(seeds);
    }

    private record Pair(MethodReturns fused, MethodReturns other) {}

    /** Each fused method against every other one of its environment; two fused ones once. Pairs without a common seed are left out. */
    static List<Comparison> of(List<MethodReturns> returns) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < returns.size(); i++) {
            MethodReturns fused = returns.get(i);
            for (int j = 0; j < returns.size() && fused.method().fused(); j++) {
                MethodReturns other = returns.get(j);
                if (other.env().equals(fused.env()) && (j > i || !other.method().fused())
                        && !common(fused, other).isEmpty()) {
                    pairs.add(new Pair(fused, other));
                }
            }
        }
        return pairs.parallelStream().map(pair -> of(pair.fused, pair.other)).toList();
    }

    private static List<Long> common(MethodReturns one, MethodReturns other) {
        return one.seeds().stream().filter(other.seeds()::contains).toList();
    }

    private static Comparison of(MethodReturns fused, MethodReturns other) {
        List<Long> seeds = common(fused, other);
        ScoreMatrix x = ScoreMatrix.ofTask(fused.env(), fused.scores(seeds));
        ScoreMatrix y = ScoreMatrix.ofTask(fused.env(), other.scores(seeds));
        StratifiedBootstrap bootstrap = MethodReturns.bootstrap(seeds);
        Estimate difference = bootstrap.estimate(x, y, DIFFERENCE);
        return new Comparison(fused.env(), fused.method().id(), other.method().id(), seeds, difference,
                bootstrap.estimate(x, y, MethodComparison.PROBABILITY_OF_IMPROVEMENT),
                difference.low() > 0 || difference.high() < 0);
    }
}
