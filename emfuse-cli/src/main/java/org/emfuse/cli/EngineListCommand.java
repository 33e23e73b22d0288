package org.emfuse.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.llama.Engines;
import org.emfuse.llm.llama.InstalledEngine;
import org.emfuse.wording.Megabytes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the builds of llama.cpp for this machine. */
@Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Lists the builds of llama.cpp for this platform: those that are here and those that can be fetched.",
    ""}, footer = {"", "Examples:", "  emfuse engine list", "  emfuse engine list --json -"})
final class EngineListCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        Engines known = EngineCommand.engines(output);
        List<InstalledEngine> engines = known.list();
        if (!output.jsonOnly()) {
            Table table = new Table("", "name", "llama.cpp", "device", "package", "installed", "verified");
            for (InstalledEngine engine : engines) {
                table.add(engine.inUse() ? "*" : "", engine.name(), engine.version(), engine.device(),
                        engine.bytes() == 0 ? "" : Megabytes.of(engine.bytes()),
                        engine.installed() ? "yes" : "no",
                        engine.verified() ? "yes" : engine.installed() ? "not verified" : "");
            }
            output.out().print(table);
            output.out().println();
            output.out().println("*: used where no other is named (" + known.reason()
                    + "). Others: emfuse engine use NAME, or --engine NAME.");
            output.config().enginesOfCommands().forEach((command, engine) -> output.out().println("emfuse " + command
                    + " uses " + engine + " (chosen in the configuration file " + ConfigFile.place() + ")."));
            output.out().flush();
        }
        output.writeJson(Map.of("engines", engines, "reason", known.reason()));
        return 0;
    }
}
