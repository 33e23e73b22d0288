package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.ReturnReference;
import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.Statistics;
import org.emfuse.stats.StratifiedBootstrap;

/**
 * Returns of one method's policies on one environment, as far as they are there.
 *
 * @param env name of the environment
 * @param bySeed undiscounted return of each episode of the final evaluation
 * @param missing seeds whose results are not there
 */
record MethodReturns(String env, Method method, Map<Long, double[]> bySeed, List<Long> missing) {

    private static final StratifiedBootstrap OVER_EPISODES = new StratifiedBootstrap(2_000, 0.95, 0);

    /** Reads what is there of those that count. */
    static MethodReturns read(Experiment experiment, String env, Method method, ScoreTable.Counted counted) {
        Map<Long, double[]> bySeed = new LinkedHashMap<>();
        List<Long> missing = new ArrayList<>();
        for (long seed : experiment.seeds()) {
            Path folder = experiment.policy(env, seed, method.id());
            if (!counted.counts(env, method.id(), seed)) {
                continue;
            }
            if (CellResult.isIn(folder)) {
                bySeed.put(seed, CellResult.read(folder).returns());
            } else {
                missing.add(seed);
            }
        }
        return new MethodReturns(env, method, bySeed, missing);
    }

    /** Seeds whose results are there. */
    List<Long> seeds() {
        return List.copyOf(bySeed.keySet());
    }

    /**
     * Normalised scores: the mean of each seed; of one seed, of each of its episodes.
     *
     * @param seeds whose results are there, at least one
     */
    double[] scores(List<Long> seeds) {
        ReturnReference reference = Environments.spec(env).reference();
        double[] returns = seeds.size() == 1
                ? episodes(seeds.getFirst())
                : seeds.stream().mapToDouble(seed -> Statistics.mean(episodes(seed))).toArray();
        return Arrays.stream(returns).map(reference::normalise).toArray();
    }

    private double[] episodes(long seed) {
        return Objects.requireNonNull(bySeed.get(seed));
    }

    /** The bootstrap of several samples over some seeds; fewer replicates over episodes, of which there are a hundred. */
    static StratifiedBootstrap bootstrap(List<Long> seeds) {
        return seeds.size() == 1 ? OVER_EPISODES : StratifiedBootstrap.standard(0);
    }

    /** Its row of a table; to be called where there is a seed. */
    ScoreTable.Row row() {
        Estimate estimate = StratifiedBootstrap.standard(0).estimate(ScoreMatrix.ofTask(env, scores(seeds())),
                Aggregate.POOLED_IQM);
        return new ScoreTable.Row(env, method.id(), method.description(), seeds(), missing,
                seeds().stream().map(seed -> Statistics.mean(episodes(seed))).toList(), estimate.value(),
                estimate.low(), estimate.high());
    }
}
