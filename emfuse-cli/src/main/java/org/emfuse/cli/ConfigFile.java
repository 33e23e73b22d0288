package org.emfuse.cli;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.emfuse.llm.checkup.Finding;
import org.emfuse.llm.engine.EngineRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Defaults of options from the user's configuration file. A key is the long name of an option without its dashes, for all
 * commands that have it; or the name of a command, with keys of its own below, which go first.
 */
final class ConfigFile implements IDefaultValueProvider {

    /** The environment variable that names the file. */
    static final String VARIABLE = "EMFUSE_CONFIG";

    private static final String ENGINE = "engine";
    private static final Set<String> INDEPENDENT = Set.of("completion", "doctor", "man", "version");

    private @Nullable ConfigValues values;
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
        // The value is a text as it stands, in which picocli would look for variables.
        // A flag that is written on the command line would turn a default of true into false.
        return argument instanceof OptionSpec option && !ConfigValues.isFlag(option)
                ? value(option).filter(value -> !value.parts().isEmpty())
                        .map(value -> value.parts().getFirst().replace("${", "$${"))
                        .orElse(null)
                : null;
    }

    private Optional<ConfigValues.Value> value(OptionSpec option) {
        CommandSpec command = option.command();
        return values(command.root()).of(command, ConfigValues.key(option));
    }

    private ConfigValues values(CommandSpec root) {
        if (values == null) {
            values = ConfigValues.NONE;
            try {
                if (Files.isRegularFile(place())) {
                    values = read(place(), root);
                } else if (!System.getenv().getOrDefault(VARIABLE, "").isBlank() && !OutputPlace.device(place())) {
                    problem = VARIABLE + " names " + place() + ", which is no file; make it or unset the variable";
                }
            } catch (IllegalArgumentException | UncheckedIOException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        return values;
    }

    /** What is wrong with the file, if anything; known once a command line has been parsed. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** The engine of commands whose own options name none; known once a command line has been parsed. */
    EngineRequest engine() {
        ConfigValues.Value named = values == null ? null : values.byKey().get(ENGINE);
        return named == null ? EngineRequest.NONE : EngineRequest.ofConfiguration(named.toString(), place());
    }

    /** The engines of single commands that have their own, by command. */
    Map<String, String> enginesOfCommands() {
        Map<String, String> engines = new LinkedHashMap<>();
        if (values != null) {
            values.byKey().forEach((key, value) -> {
                if (key.endsWith(" " + ENGINE)) {
                    engines.put(key.substring(0, key.length() - ENGINE.length() - 1), value.toString());
                }
            });
        }
        return engines;
    }

    /** A command line may know the one command alone that it runs; the file may speak of all. */
    private static ConfigValues read(Path file, CommandSpec root) {
        try {
            return ConfigValues.read(file, root);
        } catch (IllegalArgumentException e) {
            return ConfigValues.read(file, EmfuseCommand.commandLine().getCommandSpec());
        }
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
        if (last.isUsageHelpRequested() || last.isVersionHelpRequested() || !command.subcommands().isEmpty()) {
            return new CommandLine.RunLast().execute(parsed);
        }
        if (problem != null && !INDEPENDENT.contains(command.name())) {
            throw new ParameterException(command.commandLine(), problem);
        }
        for (OptionSpec option : command.options()) {
            if (!last.hasMatchedOption(option)) {
                value(option).ifPresent(value -> set(option, value));
            }
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Gives an option what a single default text cannot say: a flag, or several values with whatever is in them. */
    private static void set(OptionSpec option, ConfigValues.Value value) {
        CommandLine command = option.command().commandLine();
        value.problem(option).ifPresent(misfit -> {
            throw new ParameterException(command, misfit);
        });
        try {
            if (ConfigValues.isFlag(option)) {
                option.setValue(Boolean.valueOf(value.parts().getFirst()));
            } else if (value.list()) {
                // The same option on a command line of its own, once for each value.
                CommandSpec alone = CommandSpec.create()
                        .addOption(OptionSpec.builder(option).required(false).splitRegex("").build());
                new CommandLine(alone).parseArgs(value.parts().stream()
                        .map(part -> option.longestName() + "=" + part).toArray(String[]::new));
            }
        } catch (ParameterException e) {
            throw new ParameterException(command, value.where() + ": " + e.getMessage(), e);
        }
    }

    /** What the file says, for the doctor. */
    static Finding finding() {
        Path file = place();
        if (!Files.isRegularFile(file)) {
            return Finding.ok("config", "none (" + file + ")");
        }
        try {
            ConfigValues values = ConfigValues.read(file, Main.commandLine().getCommandSpec());
            return Finding.ok("config", file + ": " + values);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return Finding.problem("config", String.valueOf(e.getMessage()), "correct the file, or remove it");
        }
    }
}
