package org.emfuse.rl.offline;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;

/** Standardises observations by the data's mean and standard deviation, {@code (s - μ)/(σ + 1e-3)} (TD3+BC, section 4). */
public final class ObservationScaler implements AutoCloseable {

    private static final double EPSILON = 1e-3;

    private final double[] mean;
    private final double[] deviation;
    private final Tensor meanRow;
    private final Tensor deviationRow;

    private ObservationScaler(double[] mean, double[] deviation) {
        this.mean = mean;
        this.deviation = deviation;
        try (TorchScope scope = new TorchScope()) {
            this.meanRow = scope.keep(row(mean));
            this.deviationRow = scope.keep(row(deviation));
        }
    }

    private static Tensor row(double[] values) {
        float[] row = new float[values.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) values[i];
        }
        return Tensors.of(row, 1, row.length);
    }

    /** The scaler of a data set's observations. */
    public static ObservationScaler of(Transitions data) {
        int width = data.observationSize();
        double[] mean = new double[width];
        double[] square = new double[width];
        for (int i = 0; i < data.observations().length; i++) {
            mean[i % width] += data.observations()[i] / data.size();
        }
        for (int i = 0; i < data.observations().length; i++) {
            double distance = data.observations()[i] - mean[i % width];
            square[i % width] += distance * distance / data.size();
        }
        for (int j = 0; j < width; j++) {
            square[j] = Math.sqrt(square[j]) + EPSILON;
        }
        return new ObservationScaler(mean, square);
    }

    /** Standardised observations [b, o]. */
    Tensor apply(Tensor observations) {
        return observations.sub(meanRow).div(deviationRow);
    }

    /**
     * A copy of a network on standardised observations that takes raw ones and acts by its mode: its σ is the least
     * possible. The caller closes it.
     */
    GaussianActor unscaled(GaussianActor actor) {
        GaussianActor copy = onRaw(actor);
        copy.leastSpread();
        return copy;
    }

    /** A copy of a network on standardised observations that takes raw ones. The caller closes it. */
    GaussianActor onRaw(GaussianActor actor) {
        return actor.withInputScaling(mean, deviation);
    }

    @Override
    public void close() {
        meanRow.close();
        deviationRow.close();
    }
}
