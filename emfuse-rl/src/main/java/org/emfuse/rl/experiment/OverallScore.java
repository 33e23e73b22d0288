package org.emfuse.rl.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.StratifiedBootstrap;

/**
 * One method over several environments that have results of it with the same seeds; of one seed, over its episodes.
 *
 * @param method its id
 * @param description one line
 * @param environments names of their tasks, at least two
 * @param seeds of each of them
 * @param pooled interquartile mean of all scores together, with its 95 % interval
 * @param mean over environments of the interquartile means, with its 95 % interval
 */
public record OverallScore(String method, String description, List<String> environments, List<Long> seeds,
        Estimate pooled, Estimate mean) {

    /** Copies the lists. */
    public OverallScore {
        environments = List.copyOf(environments);
        seeds = List.copyOf(seeds);
    }

    /** Of the methods that every environment has with the same seeds; of one environment there are none. */
    static List<OverallScore> of(List<String> environments, List<MethodReturns> returns) {
        List<OverallScore> scores = new ArrayList<>();
        for (MethodReturns first : returns) {
            if (environments.size() > 1 && first.env().equals(environments.getFirst())) {
                of(first, environments, returns).ifPresent(scores::add);
            }
        }
        return scores;
    }

    private static Optional<OverallScore> of(MethodReturns first, List<String> environments,
            List<MethodReturns> returns) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        returns.stream()
                .filter(each -> each.method().id().equals(first.method().id()) && each.seeds().equals(first.seeds()))
                .forEach(each -> scores.put(each.env(), each.scores(each.seeds())));
        if (!scores.keySet().containsAll(environments)) {
            return Optional.empty();
        }
        ScoreMatrix matrix = ScoreMatrix.ofTasks(scores);
        StratifiedBootstrap bootstrap = MethodReturns.bootstrap(first.seeds());
        return Optional.of(new OverallScore(first.method().id(), first.method().description(), environments,
                first.seeds(), bootstrap.estimate(matrix, Aggregate.POOLED_IQM),
                bootstrap.estimate(matrix, Aggregate.MEAN_OF_TASK_IQMS)));
    }
}
