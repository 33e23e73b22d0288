package org.emfuse.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The experts that come with the program. */
final class Demonstration {

    private Demonstration() {}

    /**
     * Their experts file.
     *
     * @throws IllegalStateException if the program was not started from its folder
     */
    static Path expertsFile() {
        Path file = Path.of(System.getProperty("emfuse.home", "."), "models", "demo.yaml");
        if (!Files.isRegularFile(file)) {
            throw new IllegalStateException("the demonstration's experts file is not at " + file
                    + "; start the program with the ./emfuse script of its folder");
        }
        return file;
    }
}
