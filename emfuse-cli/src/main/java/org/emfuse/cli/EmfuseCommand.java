package org.emfuse.cli;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command without a subcommand: help. */
@Command(name = "emfuse", mixinStandardHelpOptions = true, versionProvider = EmfuseCommand.Version.class, subcommands = {
    QuickstartCommand.class,
    DecideCommand.class,
    GenerateCommand.class,
    ExplainCommand.class,
    EngineCommand.class,
    RlCommand.class}, description = {
        "Several language-model experts decide together: E_fuse = Σ λ_i E_i.", ""}, footer = {"",
            "Start with:  emfuse quickstart",
            "Help:        emfuse COMMAND --help"})
final class EmfuseCommand implements Runnable {

    @Spec
    @Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        self.commandLine().usage(self.commandLine().getOut());
    }

    /** The program's version and that of the Java platform. */
    static final class Version implements IVersionProvider {

        /** The version as packaged, {@code development} when run from class files. */
        static String ofProgram() {
            String version = EmfuseCommand.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[]{"emfuse " + ofProgram() + " (Java " + Runtime.version() + ")"};
        }
    }
}
