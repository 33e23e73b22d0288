package org.emfuse.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command without a subcommand: help. */
@Command(name = "emfuse", mixinStandardHelpOptions = true, versionProvider = EmfuseCommand.Version.class, description = {
    "Several language-model experts decide together: E_fuse = Σ λ_i E_i.", ""}, footer = {"",
        "Start with:  emfuse quickstart",
        "Help:        emfuse COMMAND --help"})
final class EmfuseCommand implements Runnable {

    private static final List<Class<?>> COMMANDS = List.of(QuickstartCommand.class, DecideCommand.class,
            GenerateCommand.class,
            ExplainCommand.class, ChatCommand.class, ExpertsCommand.class, ModelsCommand.class, AdapterCommand.class,
            EngineCommand.class, BenchCommand.class, DoctorCommand.class, RlCommand.class, VersionCommand.class);

    /** Commands that speak of all others. */
    private static final List<Class<?>> ABOUT_COMMANDS = List.of(CompletionCommand.class, ManCommand.class,
            HelpCommand.class);

    @Spec
    @Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        self.commandLine().usage(self.commandLine().getOut());
    }

    /**
     * The command line that some arguments need. Where they begin with a command, it is that one alone: to read the options of
     * all of them takes longer than many a command.
     */
    static CommandLine commandLine(String... arguments) {
        CommandLine commandLine = new CommandLine(new EmfuseCommand());
        Optional<Class<?>> named = COMMANDS.stream().filter(command -> arguments.length > 0
                && command.getAnnotation(Command.class).name().equals(arguments[0])).findFirst();
        named.ifPresentOrElse(commandLine::addSubcommand,
                () -> Stream.concat(COMMANDS.stream(), ABOUT_COMMANDS.stream()).forEach(commandLine::addSubcommand));
        commandLine.getSubcommands().values().forEach(EmfuseCommand::version);
        return commandLine;
    }

    private static void version(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(EmfuseCommand::version);
    }

    /** The program's version and that of the Java platform. */
    static final class Version implements IVersionProvider {

        /** The version as packaged, {@code development} when run from class files. */
        static String ofProgram() {
            String version = EmfuseCommand.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }

        /** The commit of the sources that the program was packaged from; empty if that is not known. */
        static Optional<String> commit() {
            try {
                URL own = EmfuseCommand.class.getProtectionDomain().getCodeSource().getLocation();
                if (!own.getPath().endsWith(".jar")) {
                    return Optional.empty();
                }
                try (JarFile jar = new JarFile(Path.of(own.toURI()).toFile())) {
                    return Optional.ofNullable(jar.getManifest().getMainAttributes().getValue("Git-Commit"))
                            .filter(commit -> !commit.isBlank());
                }
            } catch (IOException | URISyntaxException e) {
                return Optional.empty();
            }
        }

        @Override
        public String[] getVersion() {
            return new String[]{"emfuse " + ofProgram() + " (Java " + Runtime.version() + ")"};
        }
    }
}
