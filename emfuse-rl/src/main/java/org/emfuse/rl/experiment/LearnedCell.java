package org.emfuse.rl.experiment;

import java.nio.file.Files;
import java.nio.file.Path;

/** A model or a policy, whose file other cells need beside its result. */
sealed interface LearnedCell extends Cell permits ModelCell, PolicyCell {

    /** What was learned. */
    Path file();

    @Override
    default boolean done() {
        return Files.exists(file()) && CellResult.isIn(folder());
    }
}
