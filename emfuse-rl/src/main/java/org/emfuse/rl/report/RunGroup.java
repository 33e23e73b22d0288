package org.emfuse.rl.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.StratifiedBootstrap;

/**
 * Runs of one algorithm in one environment; they differ in their seeds.
 *
 * @param name of the algorithm, and of what sets it apart from other groups of the same
 * @param runs at least one
 */
record RunGroup(String env, String name, List<RunFolder> runs) {

    /**
     * The groups of some runs, in the order in which they first occur. Runs of a group have the same settings. Seeds may have data
     * and models of their own, but where one seed occurs twice these tell groups apart too.
     */
    static List<RunGroup> of(List<RunFolder> runs) {
        List<List<RunFolder>> alike = parted(runs,
                run -> List.of(run.env(), run.algorithm(), run.settings().chosen())).stream()
                .flatMap(members -> hasSeedTwice(members)
                        ? parted(members, run -> run.settings().measured()).stream()
                        : Stream.of(members))
                .toList();
        List<RunGroup> groups = new ArrayList<>();
        for (List<List<RunFolder>> rivals : parted(alike,
                members -> List.of(members.getFirst().env(), members.getFirst().algorithm()))) {
            RunFolder first = rivals.getFirst().getFirst();
            List<String> names = GroupNames.of(first.algorithm(), rivals);
            for (int i = 0; i < names.size(); i++) {
                groups.add(new RunGroup(first.env(), names.get(i), rivals.get(i)));
            }
        }
        return groups;
    }

    private static boolean hasSeedTwice(List<RunFolder> runs) {
        return runs.stream().map(RunFolder::seed).distinct().count() < runs.size();
    }

    /** Parts of a list whose members have the same key, in the order in which they first occur. */
    private static <T> List<List<T>> parted(List<T> all, Function<T, Object> key) {
        Map<Object, List<T>> parts = new LinkedHashMap<>();
        all.forEach(each -> parts.computeIfAbsent(key.apply(each), _ -> new ArrayList<>()).add(each));
        return List.copyOf(parts.values());
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
    Optional<LearningCurves.Group> curves(String kind, String number) {
        List<Curve> curves = runs.stream().map(run -> run.metrics().curve(kind, number, run.name()))
                .flatMap(Optional::stream).toList();
        return curves.isEmpty() ? Optional.empty() : Optional.of(new LearningCurves.Group(name, curves));
    }

    /** What all runs logged under a kind. */
    Stream<String> names(String kind) {
        return runs.stream().flatMap(run -> run.metrics().names(kind).stream()).distinct().sorted();
    }
}
