package org.emfuse.stats;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** One number for a method's scores over seeds and tasks. Pure. */
@FunctionalInterface
public interface Aggregate {

    /** Interquartile mean of all scores together: robust against outliers, uses half of the scores. */
    Aggregate POOLED_IQM = scores -> Statistics.interquartileMean(scores.pooled());

    /** Mean over tasks of each task's interquartile mean; differs from the pooled one where tasks differ in level. */
    Aggregate MEAN_OF_TASK_IQMS = scores -> Statistics.mean(byTask(scores, Statistics::interquartileMean));

    /** Mean over tasks of each task's mean. */
    Aggregate MEAN = scores -> Statistics.mean(byTask(scores, Statistics::mean));

    /** Median over tasks of each task's mean. */
    Aggregate MEDIAN = scores -> Statistics.median(byTask(scores, Statistics::mean));

    /** The number. */
    double of(ScoreMatrix scores);

    /** How far all scores together fall short of a target on average; those above it count as equal to it. */
    static Aggregate optimalityGap(double target) {
        return scores -> Statistics.optimalityGap(scores.pooled(), target);
    }

    private static double[] byTask(ScoreMatrix scores, ToDoubleFunction<double[]> statistic) {
        return Arrays.stream(scores.columns()).mapToDouble(statistic).toArray();
    }
}
