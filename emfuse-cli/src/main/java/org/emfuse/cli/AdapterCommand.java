package org.emfuse.cli;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Adapters without a subcommand: help. */
@Command(name = "adapter", mixinStandardHelpOptions = true, subcommands = {AdapterConvertCommand.class}, description = {
    "LoRA adapters in other forms than GGUF.", ""}, footer = {"",
        "Example:  emfuse adapter convert my-peft-folder --base smollm2-135m-instruct --output mine.gguf",
        "Help:  emfuse adapter COMMAND --help"})
final class AdapterCommand implements Runnable {

    @Spec
    @Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        self.commandLine().usage(self.commandLine().getOut());
    }
}
