package org.emfuse.rl.experiment;

import java.nio.file.Path;

/** A transition model of any kind, in a folder of its own. */
sealed interface ModelCell extends LearnedCell permits TrainedModelCell, MergedModelCell {

    @Override
    default Path file() {
        return folder().resolve("model.safetensors");
    }
}
