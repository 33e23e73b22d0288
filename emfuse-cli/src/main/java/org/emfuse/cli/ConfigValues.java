package org.emfuse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.emfuse.llm.config.Nearest;
import org.emfuse.llm.config.YamlTree;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.JsonNode;

/**
 * What a configuration file says, checked against the options that there are.
 *
 * @param byKey values by option, with the command before it where the file says so: {@code rl train steps}
 */
record ConfigValues(Map<String, Value> byKey) {

    /** No file. */
    static final ConfigValues NONE = new ConfigValues(Map.of());

    /**
     * The value of a key.
     *
     * @param where the key is, for messages
     * @param parts the elements of a list as they stand, or the value alone
     * @param list whether it is written as a list
     */
    record Value(String where, List<String> parts, boolean list) {

        /** Why an option cannot take it; empty if it can. */
        Optional<String> problem(OptionSpec option) {
            boolean flag = isFlag(option);
            boolean fits = flag
                    ? !list && parts.getFirst().matches("true|false")
                    : !list || option.isMultiValue();
            return fits
                    ? Optional.empty()
                    : Optional
                            .of(where + ": expected " + (flag ? "true or false" : "one value") + " for '" + key(option)
                                    + "', found " + this);
        }

        /** As in the file. */
        @Override
        public String toString() {
            return list ? parts.toString() : parts.getFirst();
        }
    }

    /** What the file calls an option. */
    static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }

    /** Whether an option stands alone on the command line. */
    static boolean isFlag(OptionSpec option) {
        return option.typeInfo().isBoolean();
    }

    /** The value for an option of a command. */
    Optional<Value> of(CommandSpec command, String key) {
        String path = command.qualifiedName(" ").replaceFirst("^\\S+ ?", "");
        Value own = byKey.get(path + " " + key);
        return Optional.ofNullable(own == null ? byKey.get(key) : own);
    }

    /**
     * Reads and checks a file.
     *
     * @param root the program with all commands
     * @throws IllegalArgumentException if it is damaged, or has an unknown key or a value that no option of the name takes
     */
    static ConfigValues read(Path file, CommandSpec root) {
        Map<String, Value> values = new LinkedHashMap<>();
        try {
            String text = Files.readString(file);
            if (!text.isBlank()) {
                add(YamlTree.parse(file.toString(), text), root, "", values);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the configuration " + file + " could not be read", e);
        }
        return new ConfigValues(values);
    }

    private static void add(YamlTree tree, CommandSpec command, String path, Map<String, Value> values) {
        Map<String, List<OptionSpec>> options = new LinkedHashMap<>();
        collect(command, path.isEmpty(), options);
        List<String> known = Stream.concat(options.keySet().stream(), command.subcommands().keySet().stream()).toList();
        tree.fields().forEach((key, node) -> {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(tree.where() + ": unknown key '" + key + "'"
                        + Nearest.hint(key, known) + " A key is the long name of an option, or a command with options"
                        + " below it.");
            }
            String place = path.isEmpty() ? key : path + " " + key;
            CommandLine below = command.subcommands().get(key);
            List<OptionSpec> named = options.get(key);
            if (below != null && node.isObject()) {
                add(tree.child(key, node), below.getCommandSpec(), place, values);
            } else if (named != null) {
                values.put(place, fitting(value(tree, key, node), named));
            } else {
                throw new IllegalArgumentException(tree.where() + ": expected options of the command '" + key
                        + "' below it" + Nearest.hint(key, options.keySet()));
            }
        });
    }

    /** The options that a key may name: of a command, or at the top of any command. */
    private static void collect(CommandSpec command, boolean below, Map<String, List<OptionSpec>> options) {
        for (OptionSpec option : command.options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                options.computeIfAbsent(key(option), name -> new ArrayList<>()).add(option);
            }
        }
        if (below) {
            command.subcommands().values().forEach(each -> collect(each.getCommandSpec(), true, options));
        }
    }

    private static Value value(YamlTree tree, String key, JsonNode node) {
        List<String> parts = new ArrayList<>();
        for (JsonNode part : node.isArray() ? node : List.of(node)) {
            if (!part.isValueNode() || part.isNull()) {
                throw new IllegalArgumentException(
                        tree.where() + ": expected a value for '" + key + "', found " + part);
            }
            parts.add(part.asString());
        }
        return new Value(tree.where(), List.copyOf(parts), node.isArray());
    }

    /** Options of one name may differ from command to command; one that takes the value is enough here. */
    private static Value fitting(Value value, List<OptionSpec> options) {
        if (options.stream().allMatch(option -> value.problem(option).isPresent())) {
            throw new IllegalArgumentException(value.problem(options.getFirst()).orElseThrow());
        }
        return value;
    }

    /** As in the file, for people. */
    @Override
    public String toString() {
        return byKey.toString();
    }
}
