package org.emfuse.rl.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.emfuse.rl.env.Names;

/**
 * Which columns of a table are what. A column may have several roles, except that no list names one twice.
 *
 * @param observation coordinates of the observation, at least one
 * @param action coordinates of the action, at least one
 * @param reward of the row's action
 * @param episode identifies the episode; any text or whole number
 * @param time orders the rows of an episode: numbers or ISO-8601 times; empty: the file's order
 * @param terminal whether the task ended
 * @param timeout whether the episode was cut
 * @param nextObservation the observation after the action, as many columns as {@code observation}; empty: that of the
 *     episode's next row
 */
public record ColumnMapping(List<String> observation, List<String> action, String reward, String episode,
        Optional<String> time, Optional<String> terminal, Optional<String> timeout, List<String> nextObservation) {

    /** The keys of a mapping, in the order of the record. */
    public static final List<String> KEYS = List.of("observation", "action", "reward", "episode", "time", "terminal",
            "timeout", "next_observation");

    /** Checks what can be checked without the table. */
    public ColumnMapping {
        observation = columns("observation", observation);
        action = columns("action", action);
        nextObservation = columns("next_observation", nextObservation);
        required("observation", observation.isEmpty());
        required("action", action.isEmpty());
        required("reward", reward.isBlank());
        required("episode", episode.isBlank());
        if (!nextObservation.isEmpty() && nextObservation.size() != observation.size()) {
            throw new IllegalArgumentException("the column mapping names " + observation.size()
                    + " columns as observation and " + nextObservation.size()
                    + " as next_observation; name as many, in the same order");
        }
    }

    private static List<String> columns(String key, List<String> names) {
        Map<String, Integer> seen = new HashMap<>();
        for (String name : names) {
            required(key, name.isBlank());
            if (seen.merge(name, 1, Integer::sum) > 1) {
                throw new IllegalArgumentException(
                        "the column mapping names column '" + name + "' twice as " + key + "; name it once");
            }
        }
        return List.copyOf(names);
    }

    private static void required(String key, boolean missing) {
        if (missing) {
            throw new IllegalArgumentException("the column mapping names no column as " + key
                    + "; write for example observation=x,v;action=u;reward=r;episode=trip");
        }
    }

    /**
     * Reads a compact text: {@code observation=x,v;action=u;reward=r;episode=trip;terminal=done}. Spaces around names do not
     * matter. Names that contain {@code , ; =} need a {@linkplain ColumnMappingFile file}.
     *
     * @throws IllegalArgumentException that says what is wrong and how it is written
     */
    public static ColumnMapping parse(String text) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String part : text.split(";", -1)) {
            if (part.isBlank()) {
                continue; // a semicolon at the end
            }
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("the column mapping has '" + part.strip()
                        + "' where key=column is expected, for example reward=r");
            }
            List<String> names = new ArrayList<>();
            for (String name : part.substring(equals + 1).split(",", -1)) {
                names.add(name.strip());
            }
            if (values.put(part.substring(0, equals).strip(), names) != null) {
                throw new IllegalArgumentException("the column mapping has the key '"
                        + part.substring(0, equals).strip() + "' twice; separate several columns by commas");
            }
        }
        return of(values);
    }

    /**
     * The mapping of keys and column names.
     *
     * @param values by key; keys that take one column have a list of one
     * @throws IllegalArgumentException for an unknown key, with the nearest known one, and for missing or too many columns
     */
    public static ColumnMapping of(Map<String, List<String>> values) {
        values.keySet().forEach(key -> Names.known("key of a column mapping", key, KEYS));
        return new ColumnMapping(values.getOrDefault("observation", List.of()),
                values.getOrDefault("action", List.of()), one(values, "reward").orElse(""),
                one(values, "episode").orElse(""), one(values, "time"), one(values, "terminal"), one(values, "timeout"),
                values.getOrDefault("next_observation", List.of()));
    }

    private static Optional<String> one(Map<String, List<String>> values, String key) {
        List<String> names = values.getOrDefault(key, List.of());
        if (names.size() > 1) {
            throw new IllegalArgumentException(
                    "the column mapping names " + names.size() + " columns as " + key + ", " + names
                            + "; it takes one");
        }
        names.forEach(name -> required(key, name.isBlank()));
        return names.stream().findFirst();
    }

    /** The columns that hold numbers, in the order of {@link LoggedRows}: observation, action, reward, next observation. */
    List<String> numbers() {
        List<String> columns = new ArrayList<>(observation);
        columns.addAll(action);
        columns.add(reward);
        columns.addAll(nextObservation);
        return columns;
    }

    /** The index of the reward among {@link #numbers}. */
    int rewardIndex() {
        return observation.size() + action.size();
    }
}
