package org.emfuse.cli;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of benchmarks; by itself it prints its help. */
@Command(name = "bench", mixinStandardHelpOptions = true, subcommands = {BenchDecodeCommand.class,
    BenchDecideCommand.class}, description = {"The speed of fused experts on this machine.", ""})
final class BenchCommand implements Runnable {

    @Spec
    @Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        self.commandLine().usage(self.commandLine().getOut());
    }
}
