package org.emfuse.rl.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.apache.commons.rng.sampling.PermutationSampler;
import org.emfuse.rl.random.RandomStream;

/**
 * How much of the states of one data set another one covers: 1 if it visits them as well as the data set itself does, 0 if
 * it visits none.
 *
 * <p>
 * A grid over all coordinates is useless beyond three or four of them, and so are distances beyond some ten (a shift by half
 * the range in one coordinate of 17 hardly changes them). So coordinates are taken by pairs. Each coordinate is cut into bins
 * that hold equally many of the states of both sets; a state is covered if, for <em>every</em> pair of coordinates, its cell
 * holds a state of the other set. That is an upper bound of the coverage in all coordinates together: sets that differ only
 * in how three or more coordinates depend on each other look alike.
 *
 * <p>
 * Finite samples leave cells empty. So the episodes of the first set are halved by chance; the states of one half are covered
 * by as many states of the other set, and by as many of the first set's other half. The value is the ratio of both shares, at
 * most 1. The grid is the finest of 16, 12, 8, 6, 4, 3 and 2 bins per coordinate in which the set's other half covers at least
 * 80 %. In small samples a region that the other set visits rarely counts as covered in part.
 *
 * @param covered name of the data set whose states are to be covered
 * @param by name of the data set that covers them
 * @param value {@code byOther / byItself}, at most 1
 * @param byOther share of the states covered by the other set
 * @param byItself share of the states covered by the set's other half
 * @param leastPair names of the two coordinates in which the least is covered
 * @param leastValue the value in these two alone
 * @param bins per coordinate
 * @param states in each of the three samples
 */
public record Coverage(String covered, String by, double value, double byOther, double byItself, List<String> leastPair,
        double leastValue, int bins, int states) {

    private static final int SAMPLE = 20_000;
    private static final int[] BINS = {16, 12, 8, 6, 4, 3, 2};
    private static final double ENOUGH = 0.8;

    /**
     * Estimates the coverage of each data set by each other one; those of one transition are not covered.
     *
     * @param dataSets of the same coordinates, by name
     */
    public static List<Coverage> ofEachPair(Map<String, Transitions> dataSets, InspectionConfig config) {
        List<Coverage> coverage = new ArrayList<>();
        dataSets.forEach((name, data) -> dataSets.forEach((other, otherData) -> {
            if (!name.equals(other) && data.size() > 1) {
                coverage.add(of(name, data, other, otherData, config));
            }
        }));
        return coverage;
    }

    /** Estimates the coverage of {@code a} by {@code b}; deterministic per seed. */
    static Coverage of(String covered, Transitions a, String by, Transitions b, InspectionConfig config) {
        RandomStream random = RandomStream.of(config.seed(), "coverage");
        int[][] halves = halves(Episodes.of(a), random);
        int[] all = PermutationSampler.natural(b.size());
        int states = Math.min(Math.min(SAMPLE, b.size()), Math.min(halves[0].length, halves[1].length));
        float[] query = rows(a, sample(halves[0], states, random));
        float[] itself = rows(a, sample(halves[1], states, random));
        float[] other = rows(b, sample(all, states, random));
        for (int bins : BINS) {
            Coverage coverage = of(covered, by, query, itself, other, states, bins, config);
            if (coverage.byItself >= ENOUGH || bins == BINS[BINS.length - 1]) {
                return coverage;
            }
        }
        throw new AssertionError("the coarsest grid was taken");
    }

    private static Coverage of(String covered, String by, float[] query, float[] itself, float[] other, int states,
            int bins, InspectionConfig config) {
        int size = query.length / states;
        byte[][] queryCells = new byte[size][];
        byte[][] itselfCells = new byte[size][];
        byte[][] otherCells = new byte[size][];
        for (int c = 0; c < size; c++) {
            double[] edges = edges(Columns.column(itself, size, c), Columns.column(other, size, c), bins);
            queryCells[c] = cells(Columns.column(query, size, c), edges);
            itselfCells[c] = cells(Columns.column(itself, size, c), edges);
            otherCells[c] = cells(Columns.column(other, size, c), edges);
        }
        boolean[] missedByItself = new boolean[states];
        boolean[] missedByOther = new boolean[states];
        double least = Double.POSITIVE_INFINITY;
        List<String> leastPair = List.of();
        for (int i = 0; i < size; i++) {
            for (int j = size == 1 ? 0 : i + 1; j < size; j++) {
                double pairByItself = covered(queryCells, itselfCells, i, j, bins, missedByItself);
                double pairByOther = covered(queryCells, otherCells, i, j, bins, missedByOther);
                if (ratio(pairByOther, pairByItself) < least) {
                    least = ratio(pairByOther, pairByItself);
                    leastPair = List.of(config.observationName(i), config.observationName(j));
                }
            }
        }
        double byOther = share(missedByOther);
        double byItself = share(missedByItself);
        return new Coverage(covered, by, ratio(byOther, byItself), byOther, byItself, leastPair, least, bins, states);
    }

    private static double ratio(double byOther, double byItself) {
        return byItself == 0 ? Math.min(byOther, 1) : Math.min(byOther / byItself, 1);
    }

    private static double share(boolean[] missed) {
        int covered = 0;
        for (boolean each : missed) {
            covered += each ? 0 : 1;
        }
        return covered / (double) missed.length;
    }

    /** The share of queries whose cell in coordinates i and j is visited; the others are marked as missed. */
    private static double covered(byte[][] queries, byte[][] visits, int i, int j, int bins, boolean[] missed) {
        boolean[] visited = new boolean[bins * bins];
        for (int k = 0; k < missed.length; k++) {
            visited[visits[i][k] * bins + visits[j][k]] = true;
        }
        int covered = 0;
        for (int k = 0; k < missed.length; k++) {
            if (visited[queries[i][k] * bins + queries[j][k]]) {
                covered++;
            } else {
                missed[k] = true;
            }
        }
        return covered / (double) missed.length;
    }

    /** Inner edges of bins that hold equally many of both samples together. */
    private static double[] edges(double[] a, double[] b, int bins) {
        double[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        Arrays.sort(both);
        double[] edges = new double[bins - 1];
        for (int k = 1; k < bins; k++) {
            edges[k - 1] = both[(int) ((long) k * both.length / bins)];
        }
        return edges;
    }

    /** The number of edges at or below each value. */
    private static byte[] cells(double[] values, double[] edges) {
        byte[] cells = new byte[values.length];
        for (int k = 0; k < values.length; k++) {
            int cell = 0;
            while (cell < edges.length && values[k] >= edges[cell]) {
                cell++;
            }
            cells[k] = (byte) cell;
        }
        return cells;
    }

    /** Transitions of two random halves of the episodes; of the transitions if there is one episode only. */
    private static int[][] halves(Episodes episodes, RandomStream random) {
        int n = episodes.transitions().size();
        int[] rows = new int[n];
        int split = n / 2;
        if (episodes.size() == 1) {
            rows = PermutationSampler.natural(n);
            PermutationSampler.shuffle(random, rows);
        } else {
            int[] order = PermutationSampler.natural(episodes.size());
            PermutationSampler.shuffle(random, order);
            int at = 0;
            for (int e : order) {
                if (at <= n / 2) {
                    split = at == 0 ? episodes.get(e).length() : at;
                }
                for (int i = episodes.get(e).start(); i < episodes.get(e).end(); i++) {
                    rows[at++] = i;
                }
            }
        }
        return new int[][]{Arrays.copyOf(rows, split), Arrays.copyOfRange(rows, split, n)};
    }

    private static int[] sample(int[] rows, int count, RandomStream random) {
        PermutationSampler.shuffle(random, rows);
        return Arrays.copyOf(rows, count);
    }

    private static float[] rows(Transitions data, int[] rows) {
        int size = data.observationSize();
        float[] values = new float[rows.length * size];
        for (int k = 0; k < rows.length; k++) {
            System.arraycopy(data.observations(), rows[k] * size, values, k * size, size);
        }
        return values;
    }
}
