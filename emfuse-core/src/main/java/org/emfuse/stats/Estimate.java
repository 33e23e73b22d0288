package org.emfuse.stats;

/**
 * A number computed from scores, with its interval.
 *
 * @param value of the scores themselves
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record Estimate(double value, double low, double high) {}
