package org.emfuse.llm.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A mapping of a YAML file and where it stands, so that every complaint names file, place, what was expected and what was
 * found.
 */
public final class YamlTree {

    private static final JsonMapper NODES = new JsonMapper();

    private final String where;
    private final JsonNode node;

    private YamlTree(String where, JsonNode node) {
        this.where = where;
        this.node = node;
        if (!node.isObject()) {
            throw new IllegalArgumentException(where + ": expected keys with values, found " + shown(node));
        }
    }

    /**
     * Parses a text.
     *
     * @param name the file's name in messages
     * @throws IllegalArgumentException if it is not YAML (line and column are said), has a key twice, is too deep,
     *         or is no mapping
     */
    public static YamlTree parse(String name, String text) {
        LoadSettings settings = LoadSettings.builder().setLabel(name).setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(50).build();
        try {
            return new YamlTree(name, NODES.valueToTree(new Load(settings).loadFromString(text)));
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark().map(mark -> ", line " + (mark.getLine() + 1) + ", column "
                    + (mark.getColumn() + 1)).orElse("");
            throw new IllegalArgumentException(name + place + ": " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        } catch (StackOverflowError e) { // the parser has no limit of its own
            throw new IllegalArgumentException(name + ": lists or mappings are too deep, or hold themselves", e);
        }
    }

    /** Where this mapping stands, for messages. */
    public String where() {
        return where;
    }

    /** A mapping inside this one. */
    public YamlTree child(String place, JsonNode child) {
        return new YamlTree(where + ": " + place, child);
    }

    /** The mapping's entries, in order. */
    public Map<String, JsonNode> fields() {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        node.propertyStream().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
        return fields;
    }

    /**
     * Refuses other keys.
     *
     * @throws IllegalArgumentException naming the unknown key and the nearest valid one
     */
    public void requireKeys(String... known) {
        for (String key : fields().keySet()) {
            if (!Arrays.asList(known).contains(key)) {
                throw new IllegalArgumentException(where + ": unknown key '" + key + "'"
                        + Nearest.hint(key, Arrays.asList(known)) + " Known keys: " + String.join(", ", known) + ".");
            }
        }
    }

    /** Whether the key is there with a value. */
    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** The value of a key, whatever it is. */
    public Optional<JsonNode> value(String key) {
        return has(key) ? Optional.of(node.get(key)) : Optional.empty();
    }

    /** A text that has to be there. */
    public String text(String key) {
        return textIfAny(key).orElseThrow(() -> new IllegalArgumentException(where + ": the key '" + key
                + "' is missing"));
    }

    /** A text that may be missing. */
    public Optional<String> textIfAny(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        JsonNode value = node.get(key);
        if (!value.isValueNode() || value.asString().isBlank()) {
            throw new IllegalArgumentException(where + ": expected a text for '" + key + "', found " + shown(value));
        }
        return Optional.of(value.asString());
    }

    /** A number that may be missing. */
    public Optional<Double> numberIfAny(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        JsonNode value = node.get(key);
        if (!value.isNumber()) {
            throw new IllegalArgumentException(where + ": expected a number for '" + key + "', found "
                    + shown(value));
        }
        return Optional.of(value.asDouble());
    }

    /** A whole number that has to be there. */
    public long integer(String key) {
        JsonNode value = node.path(key);
        if (!value.isIntegralNumber()) {
            throw new IllegalArgumentException(where + ": expected a whole number for '" + key + "', found "
                    + shown(value));
        }
        return value.asLong();
    }

    /** A list that has to be there and not be empty. */
    public List<JsonNode> list(String key) {
        JsonNode value = node.path(key);
        if (!value.isArray() || value.isEmpty()) {
            throw new IllegalArgumentException(where + ": expected a list for '" + key + "', found " + shown(value));
        }
        List<JsonNode> items = new ArrayList<>();
        value.forEach(items::add);
        return items;
    }

    private static String shown(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "nothing";
        }
        String text = value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
