package org.emfuse.cli;

import java.nio.file.Path;
import java.util.Objects;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.experts.ExpertSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who decides, and what evaluates them. */
final class ExpertOptions {

    private static final int CONTEXT_TOKENS = 4096;

    @Option(names = "--experts", paramLabel = "FILE.yaml", required = true, description = "The experts file, for example models/demo.yaml.")
    @Nullable
    private Path file;

    @Option(names = "--only", paramLabel = "EXPERT", description = "Use this expert alone.")
    @Nullable
    private String only;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Option(names = "--context", paramLabel = "N", description = "Tokens of context. Default: 4096, or what the models"
            + " were trained for if that is less.")
    @Nullable
    private Integer context;

    /** The experts file, read. */
    ExpertsFile file() {
        return ExpertsFile.read(Objects.requireNonNull(file));
    }

    @Nullable
    String only() {
        return only;
    }

    EngineOptions engine() {
        return engine;
    }

    /** Tokens of context to open. */
    int contextTokens(ExpertSet set) {
        int trained = set.trainedContext();
        if (context == null) {
            return Math.min(CONTEXT_TOKENS, trained);
        }
        if (context < 1 || context > trained) {
            throw new IllegalArgumentException("expected --context from 1 to " + trained
                    + ", which is what the models were trained for; found " + context);
        }
        return context;
    }
}
