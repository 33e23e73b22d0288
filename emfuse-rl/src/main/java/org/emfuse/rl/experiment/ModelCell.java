package org.emfuse.rl.experiment;

import java.nio.file.Files;
import java.nio.file.Path;

/** A transition model of any kind, in a folder of its own. */
sealed interface ModelCell extends Cell permits TrainedModelCell, MergedModelCell {

    /** The finished model's file. */
    default Path file() {
        return folder().resolve("model.safetensors");
    }

    @Override
    default boolean done() {
        return Files.exists(file()) && CellResult.isIn(folder());
    }
}
