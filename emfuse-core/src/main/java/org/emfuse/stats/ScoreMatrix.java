package org.emfuse.stats;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One method's scores: a row per seed, a column per task. Columns may have different lengths (a seed that is still running,
 * say); a pooled statistic then weighs a task by its number of seeds. Immutable.
 *
 * <p>Where scores are normalised, each return is normalised before it gets here: a spread must not pass through the affine
 * map with its offset.
 */
public final class ScoreMatrix {

    private final List<String> tasks;
    private final double[][] columns;

    private ScoreMatrix(List<String> tasks, double[][] columns) {
        this.tasks = tasks;
        this.columns = columns;
    }

    /**
     * A matrix from its columns.
     *
     * @param scores the seeds' scores of each task, finite, at least one; in the map's order
     * @throws IllegalArgumentException if there is no task, or a task has no score or one that is not finite
     */
    public static ScoreMatrix ofTasks(Map<String, double[]> scores) {
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("scores need at least one task, found none");
        }
        double[][] columns = new double[scores.size()][];
        int task = 0;
        for (Map.Entry<String, double[]> column : scores.entrySet()) {
            columns[task++] = checked(column.getKey(), column.getValue());
        }
        return new ScoreMatrix(List.copyOf(scores.keySet()), columns);
    }

    /**
     * A matrix from its rows.
     *
     * @param tasks distinct names of the columns
     * @param rows one per seed, each with one finite score per task
     * @throws IllegalArgumentException if the sizes do not match, names repeat, or a score is not finite
     */
    public static ScoreMatrix ofSeeds(List<String> tasks, double[][] rows) {
        if (new HashSet<>(tasks).size() < tasks.size()) {
            throw new IllegalArgumentException("each task is named once, found " + tasks);
        }
        for (int seed = 0; seed < rows.length; seed++) {
            if (rows[seed].length != tasks.size()) {
                throw new IllegalArgumentException("a row of scores has one score per task, " + tasks.size()
                        + "; row " + seed + " has " + rows[seed].length);
            }
        }
        Map<String, double[]> columns = new LinkedHashMap<>();
        for (int task = 0; task < tasks.size(); task++) {
            int column = task;
            columns.put(tasks.get(task), Arrays.stream(rows).mapToDouble(row -> row[column]).toArray());
        }
        return ofTasks(columns);
    }

    /** A matrix with one column. */
    public static ScoreMatrix ofTask(String task, double... scores) {
        return ofTasks(Map.of(task, scores));
    }

    private static double[] checked(String task, double[] scores) {
        if (scores.length == 0) {
            throw new IllegalArgumentException("each task needs the score of at least one seed; " + task + " has none");
        }
        for (int seed = 0; seed < scores.length; seed++) {
            if (!Double.isFinite(scores[seed])) {
                throw new IllegalArgumentException("scores must be finite numbers; score " + seed + " of task " + task
                        + " is " + scores[seed] + ". Leave a failed seed out, and say so, or give it the lowest score");
            }
        }
        return scores.clone();
    }

    /** The tasks' names, in order. */
    public List<String> tasks() {
        return tasks;
    }

    /** The scores of a task by its index; the caller owns the array. */
    public double[] scores(int task) {
        return columns[task].clone();
    }

    /** Seeds of the task that has the fewest; with 1, a bootstrap interval says nothing. */
    public int fewestSeeds() {
        return Arrays.stream(columns).mapToInt(column -> column.length).min().orElseThrow();
    }

    /** All scores in one array, task by task; the caller owns it. */
    public double[] pooled() {
        return Arrays.stream(columns).flatMapToDouble(Arrays::stream).toArray();
    }

    /** A replicate: for each task, as many scores as it has, drawn from them with replacement. */
    ScoreMatrix resampled(SplittableRandom random) {
        double[][] drawn = new double[columns.length][];
        for (int task = 0; task < columns.length; task++) {
            double[] column = columns[task];
            drawn[task] = new double[column.length];
            for (int i = 0; i < column.length; i++) {
                drawn[task][i] = column[random.nextInt(column.length)];
            }
        }
        return new ScoreMatrix(tasks, drawn);
    }

    /** The columns themselves, not to be changed. */
    double[][] columns() {
        return columns;
    }
}
