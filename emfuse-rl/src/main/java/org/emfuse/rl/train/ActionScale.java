package org.emfuse.rl.train;

import java.util.List;

import org.emfuse.rl.data.Transitions;

/** The range of actions where no environment tells it. */
public final class ActionScale {

    private ActionScale() {}

    /**
     * Largest value of each action coordinate.
     *
     * @param given one per coordinate; empty for the largest absolute value in the data
     * @throws IllegalArgumentException if their number is wrong, or if a coordinate is 0 throughout
     */
    public static double[] of(Transitions data, List<Double> given) {
        if (given.isEmpty()) {
            return largest(data);
        }
        if (given.size() != data.actionSize()) {
            throw new IllegalArgumentException("the action scale has " + given.size() + " values, the data's actions "
                    + data.actionSize());
        }
        return given.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double[] largest(Transitions data) {
        double[] largest = new double[data.actionSize()];
        for (int i = 0; i < data.actions().length; i++) {
            int j = i % largest.length;
            largest[j] = Math.max(largest[j], Math.abs(data.actions()[i]));
        }
        for (int j = 0; j < largest.length; j++) {
            if (largest[j] == 0) {
                throw new IllegalArgumentException(
                        "action " + j + " of the data is 0 throughout; give an action scale, or leave it out");
            }
        }
        return largest;
    }
}
