package org.emfuse.cli;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The dynamics branch without a subcommand: help. */
@Command(name = "rl", mixinStandardHelpOptions = true, subcommands = {EnvironmentsCommand.class, TrainCommand.class,
    EvaluateCommand.class, CollectCommand.class, ImportCommand.class, InspectCommand.class,
    SplitCommand.class, ReportCommand.class, RlBenchCommand.class, RlQuickstartCommand.class,
    FuseCommand.class, PolicyCommand.class, OpeCommand.class, TableCommand.class}, description = {
        "Control policies: environments, logs, learning, evaluation.", ""}, footer = {"",
            "Start with:  emfuse rl quickstart",
            "Help:        emfuse rl COMMAND --help"})
final class RlCommand implements Runnable {

    @Spec
    @Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        self.commandLine().usage(self.commandLine().getOut());
    }
}
