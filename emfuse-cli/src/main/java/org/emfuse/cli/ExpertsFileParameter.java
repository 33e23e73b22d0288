package org.emfuse.cli;

import java.nio.file.Path;
import java.util.Objects;

import org.emfuse.llm.config.ExpertsFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The experts file that a command is about. */
final class ExpertsFileParameter {

    @Parameters(paramLabel = "FILE", description = "An experts file.")
    @Nullable
    private Path path;

    /** The experts file, read. */
    ExpertsFile read() {
        return ExpertsFile.read(Objects.requireNonNull(path));
    }
}
