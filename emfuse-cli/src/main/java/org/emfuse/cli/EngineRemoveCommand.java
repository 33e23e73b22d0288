package org.emfuse.cli;

import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes a build of llama.cpp from the cache. */
@Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Removes a build of llama.cpp from the cache. The embedded one stays.", ""}, footer = {"", "Example:",
        "  emfuse engine remove vulkan"})
final class EngineRemoveCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "A name of 'emfuse engine list'.")
    private String name = "";

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        EngineCommand.engines(output).remove(name);
        if (!output.jsonOnly()) {
            output.out().println("removed " + name);
            output.out().flush();
        }
        output.writeJson(Map.of("removed", name));
        return 0;
    }
}
