package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.llm.llama.Engines;
import org.emfuse.llm.llama.InstalledEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Versions of the program and of what it stands on. */
@Command(name = "version", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Prints the versions of the program, of Java and of the engine in use.", ""})
final class VersionCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        Engines engines = EngineCommand.engines(output);
        InstalledEngine engine = engines.list().stream().filter(InstalledEngine::inUse).findFirst().orElseThrow();
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("emfuse", EmfuseCommand.Version.ofProgram());
        EmfuseCommand.Version.commit().ifPresent(commit -> versions.put("commit", commit));
        versions.put("java", Runtime.version().toString());
        versions.put("engine", "llama.cpp" + (engine.version().isEmpty() ? "" : " " + engine.version()) + " ("
                + engine.name() + "; " + engines.reason() + (engine.installed() ? "" : "; not here") + ")");
        if (!output.jsonOnly()) {
            versions.forEach((name, version) -> output.out().println(name + " " + version));
            output.out().flush();
        }
        output.writeJson(versions);
        return 0;
    }
}
