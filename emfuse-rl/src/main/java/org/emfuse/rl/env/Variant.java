package org.emfuse.rl.env;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A name with the values of all its parameters, written {@code name:parameter=value,parameter=value}.
 *
 * @param name before the colon
 * @param parameters that the name has, in order
 * @param values of all of them, in the same order
 */
public record Variant(String name, List<Parameter> parameters, Map<String, Double> values) {

    /** Copies the lists. */
    public Variant {
        parameters = List.copyOf(parameters);
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Reads an id. Parameters that it leaves out take their standard values.
     *
     * @param kind what is named, for messages: {@code "environment"}
     * @param id as typed
     * @param known the parameters of every known name
     * @throws IllegalArgumentException for an unknown name or parameter, a repeated one, or a value out of range
     */
    public static Variant parse(String kind, String id, Map<String, List<Parameter>> known) {
        int colon = id.indexOf(':');
        String name = Names.known(kind, (colon < 0 ? id : id.substring(0, colon)).strip(), known.keySet());
        List<Parameter> parameters = known.getOrDefault(name, List.of());
        Map<String, Double> written = colon < 0 ? Map.of() : written(name, id.substring(colon + 1), parameters);
        Map<String, Double> values = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            values.put(parameter.name(), written.getOrDefault(parameter.name(), parameter.standard()));
        }
        return new Variant(name, parameters, values);
    }

    private static Map<String, Double> written(String name, String text, List<Parameter> parameters) {
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException(name + " has no parameters, found '" + text + "'");
        }
        List<String> names = parameters.stream().map(Parameter::name).toList();
        Map<String, Double> values = new LinkedHashMap<>();
        for (String item : text.split(",", -1)) {
            int equals = item.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "expected parameter=value after '" + name + ":', found '" + item.strip() + "'");
            }
            String key = Names.known("parameter of " + name, item.substring(0, equals).strip(), names);
            Parameter parameter = parameters.get(names.indexOf(key));
            if (values.put(key, parameter.parse(item.substring(equals + 1).strip())) != null) {
                throw new IllegalArgumentException("parameter " + key + " of " + name + " is given twice");
            }
        }
        return values;
    }

    /** The value of a parameter. */
    public double get(String parameter) {
        Double value = values.get(parameter);
        if (value == null) {
            throw new IllegalArgumentException(name + " has no parameter " + parameter + "; it has " + values.keySet());
        }
        return value;
    }

    /** The id in its one normal form: parameters in order, only those that differ from the standard. */
    public String id() {
        StringBuilder id = new StringBuilder(name);
        char separator = ':';
        for (Parameter parameter : parameters) {
            double value = get(parameter.name());
            if (value != parameter.standard()) {
                id.append(separator).append(parameter.name()).append('=').append(parameter.format(value));
                separator = ',';
            }
        }
        return id.toString();
    }
}
