package org.emfuse.cli;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Models without a subcommand: help. */
@Command(name = "models", mixinStandardHelpOptions = true, subcommands = {ModelsListCommand.class,
    ModelsFetchCommand.class, ModelsVerifyCommand.class, ModelsInspectCommand.class,
    ModelsRemoveCommand.class}, description = {
        "Models: what can be had by name, and what is in the cache.", ""}, footer = {"",
            "Start with:  emfuse models list",
            "Help:  emfuse models COMMAND --help"})
final class ModelsCommand implements Runnable {

    @Spec
    @Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        self.commandLine().usage(self.commandLine().getOut());
    }
}
