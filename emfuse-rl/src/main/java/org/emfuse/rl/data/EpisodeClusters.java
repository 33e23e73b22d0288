package org.emfuse.rl.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Episodes.Episode;
import org.emfuse.rl.random.RandomStream;
import org.hipparchus.clustering.CentroidCluster;
import org.hipparchus.clustering.DoublePoint;
import org.hipparchus.clustering.KMeansPlusPlusClusterer;
import org.hipparchus.clustering.KMeansPlusPlusClusterer.EmptyClusterStrategy;
import org.hipparchus.clustering.MultiKMeansPlusPlusClusterer;
import org.hipparchus.clustering.distance.EuclideanDistance;
import org.hipparchus.random.Well19937c;

/**
 * Domains by k-means. Clusters alone would be of any size; so each episode goes to the nearest centre whose domain has not
 * reached its share yet, those episodes first that would lose most by going to the second nearest (decision note 12).
 */
final class EpisodeClusters {

    private static final int RESTARTS = 10;
    private static final int ITERATIONS = 300;

    private EpisodeClusters() {}

    static List<List<Integer>> of(Episodes episodes, List<Double> shares, long seed) {
        double[][] means = standardisedMeans(episodes);
        double[][] centres = centres(means, shares.size(), seed);
        double[][] distances = new double[means.length][shares.size()];
        for (int e = 0; e < means.length; e++) {
            for (int d = 0; d < shares.size(); d++) {
                distances[e][d] = d < centres.length ? distance(means[e], centres[d]) : Double.MAX_VALUE;
            }
        }
        List<List<Integer>> groups = new ArrayList<>();
        shares.forEach(share -> groups.add(new ArrayList<>()));
        double[] room = shares.stream().mapToDouble(share -> share * episodes.transitions().size()).toArray();
        int left = means.length;
        int empty = shares.size();
        int[] order = IntStream.range(0, means.length).boxed()
                .sorted(Comparator.comparingDouble((Integer e) -> -regret(distances[e]))).mapToInt(Integer::intValue)
                .toArray();
        for (int e : order) {
            int domain = nearest(distances[e], room, groups, left <= empty);
            empty -= groups.get(domain).isEmpty() ? 1 : 0;
            left--;
            groups.get(domain).add(e);
            room[domain] -= episodes.get(e).length();
        }
        return groups;
    }

    /** The nearest domain with room; the one with most room if none has; only empty ones if the rest must fill them. */
    private static int nearest(double[] distances, double[] room, List<List<Integer>> groups, boolean emptyOnly) {
        int best = -1;
        int roomiest = 0;
        for (int d = 0; d < distances.length; d++) {
            boolean open = emptyOnly ? groups.get(d).isEmpty() : room[d] > 0;
            if (open && (best < 0 || distances[d] < distances[best])) {
                best = d;
            }
            roomiest = room[d] > room[roomiest] ? d : roomiest;
        }
        return best < 0 ? roomiest : best;
    }

    /** How much farther the second nearest centre is than the nearest. */
    private static double regret(double[] distances) {
        double[] sorted = distances.clone();
        Arrays.sort(sorted);
        return sorted[1] - sorted[0];
    }

    private static double distance(double[] a, double[] b) {
        return new EuclideanDistance().compute(a, b);
    }

    /** The best of several k-means runs, in lexicographic order; fewer if there are fewer distinct points. */
    private static double[][] centres(double[][] points, int n, long seed) {
        KMeansPlusPlusClusterer<DoublePoint> kMeans = new KMeansPlusPlusClusterer<>(n, ITERATIONS,
                new EuclideanDistance(), new Well19937c(RandomStream.of(seed, "split").nextLong()),
                EmptyClusterStrategy.FARTHEST_POINT);
        List<CentroidCluster<DoublePoint>> clusters = new MultiKMeansPlusPlusClusterer<>(kMeans, RESTARTS)
                .cluster(Arrays.stream(points).map(DoublePoint::new).toList());
        return clusters.stream().map(cluster -> cluster.getCenter().getPoint()).sorted(Arrays::compare)
                .toArray(double[][]::new);
    }

    /** Each episode's mean observation, in standard deviations of all observations from their mean. */
    private static double[][] standardisedMeans(Episodes episodes) {
        Transitions transitions = episodes.transitions();
        int size = transitions.observationSize();
        double[][] means = new double[episodes.size()][size];
        for (int c = 0; c < size; c++) {
            double[] column = Columns.column(transitions.observations(), size, c);
            double mean = Columns.mean(column);
            double deviation = Columns.deviation(column);
            for (int e = 0; e < means.length; e++) {
                Episode episode = episodes.get(e);
                double episodeMean = Arrays.stream(column, episode.start(), episode.end()).average().orElseThrow();
                means[e][c] = deviation > 0 ? (episodeMean - mean) / deviation : 0;
            }
        }
        return means;
    }
}
