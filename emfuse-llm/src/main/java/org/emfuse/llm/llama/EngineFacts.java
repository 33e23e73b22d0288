package org.emfuse.llm.llama;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an engine said of itself when it was tried on this machine.
 *
 * @param version of llama.cpp
 * @param systemInfo instruction sets and back ends in use
 * @param gpu whether a GPU was there
 */
public record EngineFacts(String version, String systemInfo, boolean gpu) {

    private static final String VERSION = "version: ";
    private static final String INFO = "info: ";
    private static final String GPU = "gpu: ";

    static EngineFacts of(LlamaEngine engine) {
        return new EngineFacts(engine.version(), engine.library().systemInfo().strip(), engine.supportsGpu());
    }

    /** The facts as lines. */
    List<String> lines() {
        return List.of(VERSION + version, INFO + systemInfo.replace('\n', ' '), GPU + gpu);
    }

    /** The facts among lines. */
    static Optional<EngineFacts> among(List<String> lines) {
        List<String> values = new ArrayList<>();
        for (String key : List.of(VERSION, INFO, GPU)) {
            lines.stream().filter(line -> line.startsWith(key)).findFirst()
                    .ifPresent(line -> values.add(line.substring(key.length())));
        }
        return values.size() == 3
                ? Optional.of(new EngineFacts(values.get(0), values.get(1), Boolean.parseBoolean(values.get(2))))
                : Optional.empty();
    }
}
