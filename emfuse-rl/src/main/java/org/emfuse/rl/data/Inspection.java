package org.emfuse.rl.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is in some data sets, and how far they cover each other's states. All pictures can be drawn from it.
 *
 * @param config that it was made with
 * @param dataSets one by one
 * @param coverage of each data set by each other one, by the order of {@code dataSets}
 */
public record Inspection(InspectionConfig config, List<DataSetInspection> dataSets, List<Coverage> coverage) {

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Copies the lists. */
    public Inspection {
        dataSets = List.copyOf(dataSets);
        coverage = List.copyOf(coverage);
    }

    /**
     * Inspects data sets of the same observations and actions.
     *
     * @param dataSets by name, in the order of the result; at least one, none empty
     * @throws IllegalArgumentException if one is empty or they do not have the same sizes
     */
    public static Inspection of(Map<String, Transitions> dataSets, InspectionConfig config) {
        if (dataSets.isEmpty()) {
            throw new IllegalArgumentException("there is no data set to inspect");
        }
        Map.Entry<String, Transitions> first = dataSets.entrySet().iterator().next();
        List<DataSetInspection> inspections = new ArrayList<>();
        dataSets.forEach((name, data) -> {
            checkAlike(first, name, data);
            inspections.add(DataSetInspection.of(name, data, config));
        });
        return new Inspection(config, inspections, Coverage.ofEachPair(dataSets, config));
    }

    private static void checkAlike(Map.Entry<String, Transitions> first, String name, Transitions data) {
        Transitions reference = first.getValue();
        data.requireSizes("the data set " + name, reference.observationSize(), reference.actionSize(), first.getKey(),
                "inspect them one by one");
    }

    /** All numbers as JSON. */
    public String toJson() {
        return JSON.writeValueAsString(this);
    }
}
