package org.emfuse.cli;

import java.util.Objects;

import org.emfuse.llm.llama.Engines;
import org.emfuse.llm.llama.Trust;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Engines without a subcommand: help. */
@Command(name = "engine", mixinStandardHelpOptions = true, subcommands = {EngineInstallCommand.class,
    EngineListCommand.class, EngineRemoveCommand.class, EngineUseCommand.class}, description = {
        "Builds of llama.cpp: which there are, fetching them, and which one evaluates the models.", ""}, footer = {"",
            "Start with:  emfuse engine list"})
final class EngineCommand implements Runnable {

    @Spec
    @Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        self.commandLine().usage(self.commandLine().getOut());
    }

    /** The engines of this user. */
    static Engines engines(OutputOptions output) {
        CacheFolder cache = CacheFolder.ofUser();
        return new Engines(cache, new Trust(cache, new FileHashes(cache), output::notice), output::notice,
                output.config().engine());
    }
}
