package org.emfuse.cli;

import java.util.concurrent.Callable;

import org.emfuse.llm.engine.EngineRequest;
import org.emfuse.llm.llama.Engines;
import org.emfuse.llm.llama.InstalledEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Chooses the build of llama.cpp for commands that name none. */
@Command(name = "use", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Remembers which build of llama.cpp commands use where no other is named.",
    "'embedded' also refuses automatic installs; 'auto' forgets the choice.",
    ""}, footer = {"", "Examples:", "  emfuse engine use embedded", "  emfuse engine use cuda",
        "  emfuse engine use /opt/llama.cpp/build/bin"})
final class EngineUseCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "embedded, auto, a name of 'emfuse engine list', or a path.")
    private String name = "";

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        EngineRequest.requireText(name);
        Engines engines = EngineCommand.engines(output);
        engines.use(name);
        InstalledEngine used = engines.list().stream().filter(InstalledEngine::inUse).findFirst().orElseThrow();
        if (!output.jsonOnly()) {
            boolean overruled = engines.selection().asked();
            output.out().println((overruled ? "remembered " + name + ", but " : "") + "commands use the engine "
                    + used.name() + " (llama.cpp " + used.version() + ")" + (overruled ? ", " + engines.reason() : ""));
            output.out().flush();
        }
        output.writeJson(used);
        return 0;
    }
}
