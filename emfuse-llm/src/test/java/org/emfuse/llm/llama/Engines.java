package org.emfuse.llm.llama;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** The builds of llama.cpp that tests run on. */
public final class Engines {

    /** The environment variable that names a newer build; without it its tests are skipped. */
    public static final String VARIABLE = "EMFUSE_TEST_ENGINE";

    private Engines() {}

    /** The embedded build. */
    public static LlamaEngine embedded() {
        return LlamaEngine.embedded(cache());
    }

    /** A newer build; skips the test where there is none. */
    public static LlamaEngine newer() {
        String path = System.getenv(VARIABLE);
        assumeTrue(path != null && !path.isBlank(), VARIABLE + " names no newer build; its tests are skipped");
        return LlamaEngine.load(Path.of(String.valueOf(path)));
    }

    /** A cache folder that survives from run to run. */
    public static Path cache() {
        return Path.of("target", "test-cache").toAbsolutePath();
    }
}
