package org.emfuse.llm.llama;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;

/** The builds of llama.cpp that tests run on. */
public enum TestEngine {

    /** The build that comes with the program. */
    EMBEDDED {
        @Override
        public LlamaEngine load() {
            return LlamaEngine.embedded(cache());
        }
    },

    /** A newer build, in the folder that the environment names. */
    NEWER {
        @Override
        public LlamaEngine load() {
            String folder = System.getenv(VARIABLE);
            if (folder == null || folder.isBlank()) {
                String reason = "Skipped: " + VARIABLE + " does not name the folder of a newer llama.cpp build";
                System.out.println(reason);
                return abort(reason);
            }
            return LlamaEngine.load(Path.of(folder));
        }
    };

    private static final String VARIABLE = "EMFUSE_TEST_ENGINE";

    /** The engine; skips the calling test, with a printed reason, where this machine has none. */
    public abstract LlamaEngine load();

    /** A cache folder that survives from run to run. */
    public static Path cache() {
        return Path.of("target", "test-cache").toAbsolutePath();
    }
}
