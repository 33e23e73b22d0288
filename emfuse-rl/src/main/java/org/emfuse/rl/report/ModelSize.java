package org.emfuse.rl.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;

/**
 * How large a trained model is.
 *
 * @param parameters trainable numbers: all but those of the normaliser
 * @param bytes of its file
 */
record ModelSize(long parameters, long bytes) {

    /**
     * Counts.
     *
     * @throws IllegalArgumentException if it is no such file
     */
    static ModelSize of(Path file) {
        SafetensorsFile tensors = SafetensorsFile.open(file);
        long parameters = 0;
        for (String name : tensors.names()) {
            if (!name.startsWith("normaliser.")) {
                try (Tensor tensor = tensors.tensor(name)) {
                    parameters += Arrays.stream(tensor.shape()).reduce(1, (a, b) -> a * b);
                }
            }
        }
        try {
            return new ModelSize(parameters, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be read", e);
        }
    }

    ModelSize plus(ModelSize other) {
        return new ModelSize(parameters + other.parameters, bytes + other.bytes);
    }
}
