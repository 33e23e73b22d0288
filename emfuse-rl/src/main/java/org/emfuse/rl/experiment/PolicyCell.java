package org.emfuse.rl.experiment;

import java.nio.file.Files;
import java.nio.file.Path;

/** A policy that is learned, in a folder of its own. */
sealed interface PolicyCell extends Cell permits SimulatorCell, LogsCell {

    /** The learned policy's file. */
    default Path file() {
        return folder().resolve("policy.safetensors");
    }

    @Override
    default boolean done() {
        return Files.exists(file()) && CellResult.isIn(folder());
    }
}
