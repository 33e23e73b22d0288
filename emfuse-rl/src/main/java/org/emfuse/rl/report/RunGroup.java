package org.emfuse.rl.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.StratifiedBootstrap;

/**
 * Runs of one algorithm in one environment; they differ in their seeds.
 *
 * @param runs at least one
 */
record RunGroup(String env, String algorithm, List<RunFolder> runs) {

    /** The groups of some runs, in the order in which they first occur. */
    static List<RunGroup> of(List<RunFolder> runs) {
        Map<List<String>, List<RunFolder>> groups = new LinkedHashMap<>();
        runs.forEach(
                run -> groups.computeIfAbsent(List.of(run.env(), run.algorithm()), _ -> new ArrayList<>()).add(run));
        List<RunGroup> list = new ArrayList<>();
        groups.forEach((key, members) -> list.add(new RunGroup(key.getFirst(), key.getLast(), members)));
        return list;
    }

    /** The mean scores of those runs that have one. */
    double[] scores() {
        return runs.stream().map(RunFolder::score).filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble).toArray();
    }

    /** Interquartile mean of the runs' scores with its interval over seeds; empty for fewer than two. */
    Optional<Estimate> score() {
        double[] scores = scores();
        return scores.length < 2
                ? Optional.empty()
                : Optional.of(StratifiedBootstrap.standard(0).estimate(ScoreMatrix.ofTask(env, scores),
                        Aggregate.POOLED_IQM));
    }

    /** A logged number of all runs; empty if none logged it. */
    Optional<LearningCurves.Group> curves(String kind, String name) {
        List<Curve> curves = runs.stream().map(run -> run.metrics().curve(kind, name, run.name()))
                .flatMap(Optional::stream).toList();
        return curves.isEmpty() ? Optional.empty() : Optional.of(new LearningCurves.Group(algorithm, curves));
    }

    /** What all runs logged under a kind. */
    Stream<String> names(String kind) {
        return runs.stream().flatMap(run -> run.metrics().names(kind).stream()).distinct().sorted();
    }
}
