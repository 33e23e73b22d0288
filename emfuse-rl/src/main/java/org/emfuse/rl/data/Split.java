package org.emfuse.rl.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.commons.rng.sampling.PermutationSampler;
import org.emfuse.rl.data.Episodes.Episode;
import org.emfuse.rl.random.RandomStream;
import org.jspecify.annotations.Nullable;

/**
 * Splits a data set into domains of whole episodes. Sizes count transitions, not episodes: of sorted or shuffled episodes
 * each cut is made at the end of the episode that is nearest to the wanted share, so it is off by half an episode at most.
 */
public final class Split {

    private Split() {}

    /**
     * Splits a data set; deterministic per seed.
     *
     * @param transitions at least as many episodes as domains
     * @param sourceSha256 hash of the content, to be recorded; null if unknown
     * @throws IllegalArgumentException if there are too few episodes, or no such coordinate
     */
    public static SplitRecord of(Transitions transitions, SplitConfig config, @Nullable String sourceSha256) {
        Episodes episodes = Episodes.of(transitions);
        int domains = config.shares().size();
        if (episodes.size() < domains) {
            throw new IllegalArgumentException(
                    "the data set has " + episodes.size() + " episodes, too few for " + domains
                            + " domains; episodes are never divided");
        }
        int size = transitions.observationSize();
        if (config.coordinate().orElse(0) >= size || config.coordinate().orElse(0) < 0) {
            throw new IllegalArgumentException("the observation has no coordinate " + config.coordinate().getAsInt()
                    + "; its coordinates are 0 to " + (size - 1));
        }
        List<List<Integer>> groups = switch (config.rule()) {
            case RANDOM -> cut(shuffled(episodes.size(), config.seed()), episodes, config.shares());
            case RETURN_SORTED -> cut(sorted(episodes.returns()), episodes, config.shares());
            case SPEED_SORTED -> cut(sorted(means(episodes, config.coordinate().orElseThrow())), episodes,
                    config.shares());
            case CLUSTER -> EpisodeClusters.of(episodes, config.shares(), config.seed());
        };
        List<SplitRecord.Domain> parts = new ArrayList<>();
        for (List<Integer> group : groups) {
            List<Episode> members = group.stream().map(episodes::get).toList();
            parts.add(new SplitRecord.Domain(group.stream().sorted().toList(),
                    members.stream().mapToInt(Episode::length).sum(),
                    members.stream().mapToDouble(Episode::episodeReturn).average().orElseThrow()));
        }
        return SplitRecord.of(config, sourceSha256, episodes, parts);
    }

    private static int[] shuffled(int n, long seed) {
        int[] order = PermutationSampler.natural(n);
        PermutationSampler.shuffle(RandomStream.of(seed, "split"), order);
        return order;
    }

    /** Episodes by ascending value, equal ones in the order of the data. */
    private static int[] sorted(double[] values) {
        return IntStream.range(0, values.length).boxed().sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue).toArray();
    }

    private static double[] means(Episodes episodes, int coordinate) {
        Transitions transitions = episodes.transitions();
        return episodes.list().stream()
                .mapToDouble(episode -> IntStream.range(episode.start(), episode.end())
                        .mapToDouble(i -> transitions.observations()[i * transitions.observationSize() + coordinate])
                        .average().orElseThrow())
                .toArray();
    }

    /** Contiguous groups of an order, none empty, cut where the sum of transitions is nearest to the shares. */
    private static List<List<Integer>> cut(int[] order, Episodes episodes, List<Double> shares) {
        long[] before = new long[order.length + 1]; // transitions in the episodes before each place
        for (int i = 0; i < order.length; i++) {
            before[i + 1] = before[i] + episodes.get(order[i]).length();
        }
        List<List<Integer>> groups = new ArrayList<>();
        double share = 0;
        int start = 0;
        for (int d = 0; d < shares.size(); d++) {
            share += shares.get(d);
            int last = order.length - (shares.size() - 1 - d); // leaves an episode for each domain after
            int end = d == shares.size() - 1
                    ? order.length
                    : nearest(before, share * before[order.length], start + 1, last);
            groups.add(Arrays.stream(order, start, end).boxed().toList());
            start = end;
        }
        return groups;
    }

    private static int nearest(long[] before, double target, int first, int last) {
        int best = first;
        for (int i = first + 1; i <= last; i++) {
            if (Math.abs(before[i] - target) < Math.abs(before[best] - target)) {
                best = i;
            }
        }
        return best;
    }
}
