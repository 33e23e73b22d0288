package org.emfuse.rl.experiment;

import java.nio.file.Path;

/** A policy that is learned, in a folder of its own. */
sealed interface PolicyCell extends LearnedCell permits SimulatorCell, LogsCell {

    @Override
    default Path file() {
        return folder().resolve("policy.safetensors");
    }
}
