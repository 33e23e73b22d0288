package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.ReturnReference;
import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.Statistics;
import org.emfuse.stats.StratifiedBootstrap;

/**
 * Returns of one method's policies on one task, as far as they are there.
 *
 * @param env name of the task, or of the task and one of the environments that it is scored in
 * @param reference scores of 0 and 100
 * @param bySeed undiscounted return of each episode of the final evaluation; of several environments their mean
 * @param missing seeds whose results are not there
 */
record MethodReturns(String env, ReturnReference reference, Method method, Map<Long, double[]> bySeed,
        List<Long> missing) {

    private static final StratifiedBootstrap OVER_EPISODES = new StratifiedBootstrap(2_000, 0.95, 0);

    /** Reads what is there of those that count, over all environments in which the task is scored. */
    static MethodReturns read(Experiment experiment, Task task, Method method, ScoreTable.Counted counted) {
        return read(experiment, task, method, task.name(), task.scored(), counted);
    }

    /** The same in one of these environments alone. */
    static MethodReturns read(Experiment experiment, Task task, String scoredIn, Method method,
            ScoreTable.Counted counted) {
        return read(experiment, task, method, task.name() + " in " + scoredIn, List.of(scoredIn), counted);
    }

    private static MethodReturns read(Experiment experiment, Task task, Method method, String name,
            List<String> scored, ScoreTable.Counted counted) {
        Map<Long, double[]> bySeed = new LinkedHashMap<>();
        List<Long> missing = new ArrayList<>();
        for (long seed : experiment.seeds()) {
            List<Path> folders = scored.stream().map(id -> experiment.score(task, seed, method.id(), id)).toList();
            if (!folders.stream().allMatch(counted::counts)) {
                continue;
            }
            if (folders.stream().allMatch(CellResult::isIn)) {
                bySeed.put(seed, mean(folders));
            } else {
                missing.add(seed);
            }
        }
        return new MethodReturns(name, Environments.spec(task.env()).reference(), method, bySeed, missing);
    }

    /** Of each episode over environments. */
    private static double[] mean(List<Path> folders) {
        List<double[]> returns = folders.stream().map(folder -> CellResult.read(folder).returns()).toList();
        int episodes = returns.getFirst().length;
        for (int i = 1; i < returns.size(); i++) {
            if (returns.get(i).length != episodes) {
                throw new IllegalArgumentException("the result in " + folders.get(i) + " has " + returns.get(i).length
                        + " returns, expected " + episodes + " as in " + folders.getFirst()
                        + "; remove the one that is wrong, and its cell is done anew");
            }
        }
        return IntStream.range(0, episodes)
                .mapToDouble(i -> returns.stream().mapToDouble(each -> each[i]).average().orElseThrow()).toArray();
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
