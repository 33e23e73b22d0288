package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.Optional;

import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyModelFile;
import org.emfuse.rl.gaussian.GaussianKind;
import org.emfuse.rl.gaussian.GaussianModel;
import org.emfuse.rl.gaussian.GaussianModelFile;
import org.emfuse.rl.torch.SafetensorsFile;

/** A transition model, of whatever kind its file holds. */
sealed interface TransitionModel extends AutoCloseable {

    /** An energy of targets. */
    record Energy(EnergyModel model) implements TransitionModel {

        @Override
        public void close() {
            model.close();
        }
    }

    /** A normal distribution of targets. */
    record Gaussian(GaussianModel model) implements TransitionModel {

        @Override
        public void close() {
            model.close();
        }
    }

    /**
     * Reads a model; the caller closes it.
     *
     * @throws IllegalArgumentException if the file holds no transition model, or one that is of no use
     */
    static TransitionModel read(Path path) {
        Optional<GaussianKind> kind = GaussianModelFile.kind(SafetensorsFile.open(path).metadata());
        return kind.isPresent()
                ? new Gaussian(GaussianModelFile.read(path, kind.get()))
                : new Energy(EnergyModelFile.read(path));
    }

    /** For messages and tables. */
    default String name() {
        return switch (this) {
            case Energy(EnergyModel model) -> model.name();
            case Gaussian(GaussianModel model) -> model.name();
        };
    }

    /** What it speaks of. */
    default TransitionSpace space() {
        return switch (this) {
            case Energy(EnergyModel model) -> model.space();
            case Gaussian(GaussianModel model) -> model.space();
        };
    }

    /** Frees the networks; idempotent. */
    @Override
    void close();
}
