package org.emfuse.cli;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The help of a command, however deep it lies. */
@Command(name = "help", helpCommand = true, description = "Shows the help of a command: emfuse help engine use.")
final class HelpCommand implements Runnable {

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "A command, and perhaps one of its own commands.")
    private List<String> names = List.of();

    @Spec
    @Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        CommandLine at = Objects.requireNonNull(Objects.requireNonNull(spec).parent()).commandLine();
        for (String name : names) {
            CommandLine below = at.getSubcommands().get(name);
            if (below == null) {
                throw new ParameterException(at, at.getCommandSpec().qualifiedName() + " has no command '" + name
                        + "'");
            }
            at = below;
        }
        at.usage(at.getOut());
    }
}
