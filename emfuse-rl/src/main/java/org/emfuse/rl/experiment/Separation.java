package org.emfuse.rl.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a fused method is separated from on one environment.
 *
 * @param env name of the task
 * @param method that is fused, by its id
 * @param above methods that it scores higher than
 * @param below methods that it scores lower than
 * @param not methods that it is not separated from
 */
public record Separation(String env, String method, List<String> above, List<String> below, List<String> not) {

    /** Copies the lists. */
    public Separation {
        above = List.copyOf(above);
        below = List.copyOf(below);
        not = List.copyOf(not);
    }

    /** Of each fused method that was compared, in the order of the comparisons; two fused ones count for both. */
    public static List<Separation> of(List<Comparison> comparisons) {
        Map<List<String>, List<List<String>>> found = new LinkedHashMap<>();
        for (Comparison each : comparisons) {
            add(found, each.env(), each.method(), each.other(), each.separated(), each.difference().value());
        }
        for (Comparison each : comparisons) {
            if (found.containsKey(List.of(each.env(), each.other()))) {
                add(found, each.env(), each.other(), each.method(), each.separated(), -each.difference().value());
            }
        }
        return found.entrySet().stream().map(entry -> new Separation(entry.getKey().get(0), entry.getKey().get(1),
                entry.getValue().get(0), entry.getValue().get(1), entry.getValue().get(2))).toList();
    }

    private static void add(Map<List<String>, List<List<String>>> found, String env, String method, String other,
            boolean separated, double difference) {
        int place = !separated ? 2 : difference > 0 ? 0 : 1;
        found.computeIfAbsent(List.of(env, method), _ -> List.of(new ArrayList<>(), new ArrayList<>(),
                new ArrayList<>())).get(place).add(other);
    }

    /** One line: {@code "emfuse scores higher than bc, iql; lower than oracle; not separated from td3bc"}. */
    public String text() {
        List<String> parts = new ArrayList<>();
        part("scores higher than ", above, parts);
        part("scores lower than ", below, parts);
        part("is not separated from ", not, parts);
        return method + " " + String.join("; ", parts);
    }

    private static void part(String text, List<String> methods, List<String> parts) {
        if (!methods.isEmpty()) {
            parts.add(text + String.join(", ", methods));
        }
    }
}
