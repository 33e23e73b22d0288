package org.emfuse.rl.data;

import java.util.List;

/**
 * How data sets are inspected.
 *
 * @param observationNames of the coordinates; empty: {@code observation[0]}, ...
 * @param actionNames of the coordinates; empty: {@code action[0]}, ...
 * @param actionLow lower limits of the actions; empty: the smallest found
 * @param actionHigh upper limits of the actions; empty: the largest found
 * @param bins of each histogram, at least 1
 * @param seed of the samples that coverage is estimated from
 */
public record InspectionConfig(List<String> observationNames, List<String> actionNames, List<Double> actionLow,
        List<Double> actionHigh, int bins, long seed) {

    /** No names, limits as found, 30 bins, seed 0. */
    public static final InspectionConfig DEFAULT = new InspectionConfig(List.of(), List.of(), List.of(), List.of(), 30,
            0);

    /** Checks what can be checked without the data. */
    public InspectionConfig {
        observationNames = List.copyOf(observationNames);
        actionNames = List.copyOf(actionNames);
        actionLow = List.copyOf(actionLow);
        actionHigh = List.copyOf(actionHigh);
        if (bins < 1) {
            throw new IllegalArgumentException("a histogram needs one bin or more, found " + bins);
        }
        if (actionLow.size() != actionHigh.size()) {
            throw new IllegalArgumentException("there are " + actionLow.size() + " lower and " + actionHigh.size()
                    + " upper limits of actions; give both for each coordinate, or none");
        }
    }

    /** The same with names of the observation coordinates. */
    public InspectionConfig withObservationNames(List<String> names) {
        return new InspectionConfig(names, actionNames, actionLow, actionHigh, bins, seed);
    }

    void checkFits(String name, Transitions data) {
        fits(name, "names of observation coordinates", observationNames.size(), data.observationSize());
        fits(name, "names of action coordinates", actionNames.size(), data.actionSize());
        fits(name, "limits of actions", actionLow.size(), data.actionSize());
    }

    private static void fits(String name, String what, int given, int needed) {
        if (given != 0 && given != needed) {
            throw new IllegalArgumentException("there are " + given + " " + what + ", the data set " + name + " needs "
                    + needed);
        }
    }

    String observationName(int i) {
        return observationNames.isEmpty() ? "observation[" + i + "]" : observationNames.get(i);
    }

    String actionName(int i) {
        return actionNames.isEmpty() ? "action[" + i + "]" : actionNames.get(i);
    }
}
