package org.emfuse.rl.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * The settings of a run apart from its seed.
 *
 * @param chosen what somebody chose: values by name, nested names joined by dots
 * @param measured what followed from models and data: their hashes, and the price of their uncertainty. Runs of other seeds may
 *            have data and models of their own, and so other values of these.
 */
public record RunSettings(Map<String, String> chosen, Map<String, String> measured) {

    private static final List<String> MEASURED = List.of("data", "models", "penalty", "sac.penalty");
    /** Longer lists are counted, not shown. */
    private static final int LONGEST_LIST = 16;

    /** Copies the maps. */
    public RunSettings {
        chosen = new LinkedHashMap<>(chosen);
        measured = new LinkedHashMap<>(measured);
    }

    /** Of the configuration that a result or a checkpoint holds; empty where it holds none. */
    static RunSettings of(JsonNode configuration) {
        Map<String, String> chosen = new LinkedHashMap<>();
        flatten("", configuration, chosen);
        chosen.remove("");
        chosen.remove("seed");
        Map<String, String> measured = new LinkedHashMap<>();
        for (String name : MEASURED) {
            String value = chosen.remove(name);
            if (value != null) {
                measured.put(name, value);
            }
        }
        if (configuration.path("models").isArray()) {
            chosen.put("models", Integer.toString(configuration.path("models").size()));
        }
        return new RunSettings(chosen, measured);
    }

    /** Puts all values of a tree under their names, nested ones joined by dots. */
    static void flatten(String prefix, JsonNode node, Map<String, String> values) {
        if (node.isObject()) {
            node.properties().forEach(
                    entry -> flatten(prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(),
                            entry.getValue(), values));
        } else if (node.isArray() && node.size() > LONGEST_LIST) {
            values.put(prefix, node.size() + " values");
        } else {
            values.put(prefix, node.isString() ? node.asString() : node.toString());
        }
    }
}
