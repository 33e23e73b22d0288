package org.emfuse.cli;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a completion script. */
@Command(name = "completion", mixinStandardHelpOptions = true, description = {
    "Prints a script that completes commands and options in the shell.", ""}, footer = {"", "Examples:",
        "  source <(emfuse completion bash)", "  emfuse completion zsh >> ~/.zshrc"})
final class CompletionCommand implements Runnable {

    /** Shells that complete. */
    enum Shell {
        /** Bash. */
        BASH,
        /** Zsh, which runs Bash's completion. */
        ZSH
    }

    @Spec
    @Nullable
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.BASH;

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        if (shell == Shell.ZSH) {
            self.commandLine().getOut().println("autoload -U +X compinit && compinit");
        }
        self.commandLine().getOut().println(AutoComplete.bash("emfuse", self.root().commandLine()));
        self.commandLine().getOut().flush();
    }
}
