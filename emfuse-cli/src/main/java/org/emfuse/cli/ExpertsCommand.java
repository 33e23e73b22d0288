package org.emfuse.cli;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Experts files without a subcommand: help. */
@Command(name = "experts", mixinStandardHelpOptions = true, subcommands = {ExpertsListCommand.class,
    ExpertsFetchCommand.class, ExpertsVerifyCommand.class, ExpertsInspectCommand.class,
    ExpertsCheckCommand.class, ExpertsRemoveCommand.class}, description = {
        "Experts files: who is in them, whether they fit together, and their files in the cache.", ""}, footer = {"",
            "Start with:  emfuse experts check models/demo.yaml",
            "Help:  emfuse experts COMMAND --help"})
final class ExpertsCommand implements Runnable {

    @Spec
    @Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        self.commandLine().usage(self.commandLine().getOut());
    }
}
