package org.emfuse.rl.etm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;

/**
 * A domain's scales (spec 05 §§1, 4): states and actions are standardised; targets are divided by their largest absolute value,
 * per length of slice and coordinate, so that they lie in [-1, 1]. Fitted on training data only. What does not vary is divided
 * by 1.
 */
public final class Normaliser implements AutoCloseable {

    private static final double LEAST = 1e-12;

    /**
     * Plain numbers of a normaliser.
     *
     * @param stateMean [d]
     * @param stateDeviation [d], population
     * @param actionMean [p]
     * @param actionDeviation [p]
     * @param targetScale [k][d + 1], for lengths 1 … k
     * @param targetMean [k][d + 1], raw units
     */
    public record Values(double[] stateMean, double[] stateDeviation, double[] actionMean, double[] actionDeviation,
            double[][] targetScale, double[][] targetMean) {}

    private final Tensor stateMean;
    private final Tensor stateDeviation;
    private final Tensor actionMean;
    private final Tensor actionDeviation;
    private final Tensor targetScale;
    private final Tensor targetMean;

    private Normaliser(Tensor... parts) {
        this.stateMean = parts[0];
        this.stateDeviation = parts[1];
        this.actionMean = parts[2];
        this.actionDeviation = parts[3];
        this.targetScale = parts[4];
        this.targetMean = parts[5];
    }

    /** The normaliser of given numbers. */
    public static Normaliser of(Values values) {
        try (TorchScope scope = new TorchScope()) {
            return new Normaliser(scope.keep(row(values.stateMean)), scope.keep(row(notZero(values.stateDeviation))),
                    scope.keep(row(values.actionMean)), scope.keep(row(notZero(values.actionDeviation))),
                    scope.keep(rows(values.targetScale, true)), scope.keep(rows(values.targetMean, false)));
        }
    }

    private static Tensor row(double[] values) {
        float[] row = new float[values.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) values[i];
        }
        return Tensors.of(row, 1, row.length);
    }

    private static Tensor rows(double[][] values, boolean scales) {
        Tensor[] rows = new Tensor[values.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row(scales ? notZero(values[i]) : values[i]);
        }
        return Tensors.cat(0, rows);
    }

    private static double[] notZero(double[] deviations) {
        double[] result = deviations.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = result[i] < LEAST ? 1 : result[i];
        }
        return result;
    }

    /** Standardised first states [b, d]. */
    public Tensor states(Slices slices) {
        return slices.starts().sub(stateMean).div(stateDeviation);
    }

    /** Standardised actions [b, k, p], 0 where there is none. */
    public Tensor actions(Slices slices, Tensor padding) {
        Tensor standardised = slices.actions().sub(actionMean.unsqueeze(0)).div(actionDeviation.unsqueeze(0));
        return Tensors.maskedFill(standardised, padding.unsqueeze(2), 0);
    }

    /** Scales [b, d + 1] of the targets of slices. */
    public Tensor scale(Slices slices) {
        return targetScale.indexSelect(0, slices.indices());
    }

    /** Mean targets [b, d + 1] of slices, in box coordinates. */
    public Tensor centre(Slices slices) {
        Tensor indices = slices.indices();
        return targetMean.indexSelect(0, indices).div(targetScale.indexSelect(0, indices));
    }

    /** A copy with memory of its own; the caller closes it. */
    Normaliser copy() {
        try (TorchScope scope = new TorchScope()) {
            return new Normaliser(named("").values().stream().map(part -> scope.keep(part.copy()))
                    .toArray(Tensor[]::new));
        }
    }

    /** Whether another has the same numbers. */
    boolean sameAs(Normaliser other) {
        List<Tensor> theirs = List.copyOf(other.named("").values());
        List<Tensor> mine = List.copyOf(named("").values());
        return IntStream.range(0, mine.size()).allMatch(i -> mine.get(i).sameAs(theirs.get(i)));
    }

    /** The longest slice that it has scales for. */
    public int longest() {
        return (int) targetScale.size(0);
    }

    /** The numbers for a file; they belong to this normaliser. */
    public Map<String, Tensor> named(String prefix) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        named.put(prefix + "state.mean", stateMean);
        named.put(prefix + "state.deviation", stateDeviation);
        named.put(prefix + "action.mean", actionMean);
        named.put(prefix + "action.deviation", actionDeviation);
        named.put(prefix + "target.scale", targetScale);
        named.put(prefix + "target.mean", targetMean);
        return named;
    }

    /**
     * Reads what {@link #named} wrote.
     *
     * @throws IllegalArgumentException if a tensor is missing, or has another shape or a value that is of no use
     */
    public static Normaliser read(SafetensorsFile file, String prefix, int d, int p, int longest) {
        try (TorchScope scope = new TorchScope()) {
            Normaliser read = new Normaliser(file.tensor(prefix + "state.mean", 1, d),
                    file.tensor(prefix + "state.deviation", 1, d), file.tensor(prefix + "action.mean", 1, p),
                    file.tensor(prefix + "action.deviation", 1, p),
                    file.tensor(prefix + "target.scale", longest, d + 1L),
                    file.tensor(prefix + "target.mean", longest, d + 1L));
            read.named(prefix).forEach((name, tensor) -> {
                boolean divisor = name.endsWith("deviation") || name.endsWith("scale");
                if (!tensor.allFinite() || (divisor && tensor.reshape(-1).neg().amax(0).item() >= 0)) {
                    throw new IllegalArgumentException("tensor " + name + " of " + file.path()
                            + " holds values that are of no use; finite ones are expected"
                            + (divisor ? ", all greater than 0" : ""));
                }
            });
            read.named("").values().forEach(scope::keep);
            return read;
        }
    }

    @Override
    public void close() {
        named("").values().forEach(Tensor::close);
    }
}
