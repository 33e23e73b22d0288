package org.emfuse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.emfuse.llm.checkup.Finding;
import org.emfuse.llm.config.Nearest;
import org.emfuse.llm.config.YamlTree;
import org.emfuse.llm.llama.EngineLocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/**
 * Defaults of options from the user's configuration file. A key is the long name of an option without its dashes, for all
 * commands that have it; or the name of a command, with keys of its own below, which go first.
 */
final class ConfigFile implements IDefaultValueProvider {

    /** The environment variable that names the file. */
    static final String VARIABLE = "EMFUSE_CONFIG";

    private static final Set<String> INDEPENDENT = Set.of("completion", "doctor", "man", "version");

    private @Nullable Map<String, String> values;
    private @Nullable String problem;

    /** The file: {@value #VARIABLE}, else {@code emfuse/config.yaml} in the XDG configuration folder. */
    static Path place() {
        return place(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static Path place(Map<String, String> environment, Path home) {
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isBlank()) {
            return Path.of(named);
        }
        String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
        return (xdg.isBlank() ? home.resolve(".config") : Path.of(xdg)).resolve("emfuse").resolve("config.yaml");
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        if (!Files.isRegularFile(place())) {
            if (!System.getenv().getOrDefault(VARIABLE, "").isBlank()) {
                problem = VARIABLE + " names " + place() + ", which is no file; make it or unset the variable";
            }
            return null;
        }
        CommandSpec command = option.command();
        String name = option.longestName().replaceFirst("^-+", "");
        // The environment is nearer to the command than the file.
        if (name.equals("engine") && (System.getenv(EngineLocator.VARIABLE) != null
                || System.getProperty(EngineLocator.PROPERTY) != null)) {
            return null;
        }
        if (values == null) {
            try {
                values = read(place(), command.root());
            } catch (IllegalArgumentException | UncheckedIOException e) {
                problem = String.valueOf(e.getMessage());
                values = Map.of();
            }
        }
        String path = command.qualifiedName(" ").replaceFirst("^\\S+ ?", "");
        String own = values.get(path + " " + name);
        return own != null ? own : values.get(name);
    }

    /**
     * Runs a command, but not on a file that is wrong; help, and commands that do not depend on it, run all the same.
     *
     * @throws ParameterException if the file is wrong
     */
    int execute(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        CommandSpec command = last.commandSpec();
        if (problem != null && !last.isUsageHelpRequested() && !last.isVersionHelpRequested()
                && command.subcommands().isEmpty() && !INDEPENDENT.contains(command.name())) {
            throw new ParameterException(command.commandLine(), problem);
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /**
     * Reads and checks a file.
     *
     * @return values by option, with the command before it where the file says so
     * @throws IllegalArgumentException if it is damaged or has an unknown key
     */
    static Map<String, String> read(Path file, CommandSpec root) {
        Map<String, String> values = new LinkedHashMap<>();
        try {
            String text = Files.readString(file);
            if (!text.isBlank()) {
                add(YamlTree.parse(file.toString(), text), root, "", values);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the configuration " + file + " could not be read", e);
        }
        return values;
    }

    private static void add(YamlTree tree, CommandSpec command, String path, Map<String, String> values) {
        Set<String> options = options(command, path.isEmpty());
        Set<String> known = new LinkedHashSet<>(options);
        known.addAll(command.subcommands().keySet());
        tree.fields().forEach((key, node) -> {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(tree.where() + ": unknown key '" + key + "'"
                        + Nearest.hint(key, known) + " A key is the long name of an option, or a command with options"
                        + " below it.");
            }
            String place = path.isEmpty() ? key : path + " " + key;
            CommandLine below = command.subcommands().get(key);
            if (below != null && node.isObject()) {
                add(tree.child(key, node), below.getCommandSpec(), place, values);
            } else if (options.contains(key)) {
                values.put(place, text(tree, key, node));
            } else {
                throw new IllegalArgumentException(tree.where() + ": expected options of the command '" + key
                        + "' below it" + Nearest.hint(key, options));
            }
        });
    }

    private static String text(YamlTree tree, String key, JsonNode node) {
        List<String> parts = new ArrayList<>();
        for (JsonNode part : node.isArray() ? node : List.of(node)) {
            if (!part.isValueNode() || part.isNull()) {
                throw new IllegalArgumentException(
                        tree.where() + ": expected a value for '" + key + "', found " + part);
            }
            parts.add(part.asString());
        }
        return String.join(",", parts);
    }

    /** The options that a key may name: of a command, or at the top of any command. */
    private static Set<String> options(CommandSpec command, boolean below) {
        Set<String> names = new LinkedHashSet<>();
        for (OptionSpec option : command.options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                names.add(option.longestName().replaceFirst("^-+", ""));
            }
        }
        if (below) {
            command.subcommands().values().forEach(each -> names.addAll(options(each.getCommandSpec(), true)));
        }
        return names;
    }

    /** What the file says, for the doctor. */
    static Finding finding() {
        Path file = place();
        if (!Files.isRegularFile(file)) {
            return Finding.ok("config", "none (" + file + ")");
        }
        try {
            Map<String, String> values = read(file, Main.commandLine().getCommandSpec());
            return Finding.ok("config", file + ": " + values);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return Finding.problem("config", String.valueOf(e.getMessage()), "correct the file, or remove it");
        }
    }
}
