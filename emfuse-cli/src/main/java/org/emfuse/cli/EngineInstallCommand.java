package org.emfuse.cli;

import java.util.concurrent.Callable;

import org.emfuse.llm.llama.InstalledEngine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Fetches a build of llama.cpp. */
@Command(name = "install", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Fetches a build of llama.cpp with npm, and tries it in a process of its own. One that does not load is not kept.",
    "One that is here and does not load any more is fetched anew.",
    ""}, footer = {"", "Examples:", "  emfuse engine install", "  emfuse engine install vulkan"})
final class EngineInstallCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A name of 'emfuse engine list'. Default: the usual one of this platform.")
    @Nullable
    private String name;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        InstalledEngine engine = EngineCommand.engines(output).install(name);
        if (!output.jsonOnly()) {
            output.out().println("installed " + engine.name() + " (llama.cpp " + engine.version() + ") in "
                    + engine.path() + (engine.verified() ? "" : "; not verified: no GPU has run it here"));
            output.out().println(engine.inUse()
                    ? "Commands use it where no other engine is named."
                    : "To use it: emfuse engine use " + engine.name() + ", or --engine " + engine.name());
            output.out().flush();
        }
        output.writeJson(engine);
        return 0;
    }
}
