package org.emfuse.rl.etm;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import org.emfuse.rl.dynamics.EnergyLandscape;
import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchScope;

/**
 * Errors of noise-free predictions on data kept apart, for each length of slice (spec 05 §4).
 *
 * @param rmse [k][d + 1], root mean square per target coordinate, raw units
 * @param normalised [k][d + 1], the same divided by the standard deviation of that coordinate's targets
 * @param nearReach share of coordinates whose chains went nearly as far as they can
 * @param atBox share of coordinates that ended at the edge of the box
 */
public record PredictionError(double[][] rmse, double[][] normalised, double nearReach, double atBox) {

    /**
     * Measures a model.
     *
     * @param data kept apart
     * @param rows slices of each length, at most
     */
    public static PredictionError of(TransitionEnergy model, SliceData data, Chain chain, int rows,
            LangevinSampler sampler) {
        int k = Math.min(model.longestSlice(), data.longest());
        double[][] rmse = new double[k][];
        double[][] normalised = new double[k][];
        double nearReach = 0;
        double atBox = 0;
        for (int m = 1; m <= k; m++) {
            try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                SliceBatch batch = data.spread(m, rows);
                EnergyLandscape landscape = model.given(batch.slices());
                Tensor u = sampler.sample(landscape, chain, RandomStream.of(0, "noise-free"));
                Tensor square = u.mul(landscape.scale()).sub(batch.targets()).square().mean(0).sqrt();
                rmse[m - 1] = square.toDoubles();
                normalised[m - 1] = divided(rmse[m - 1], data.spreadOfTargets(m));
                nearReach += LangevinSampler.shareNearReach(landscape, chain, u) / k;
                atBox += LangevinSampler.shareAtBox(chain, u) / k;
            }
        }
        return new PredictionError(rmse, normalised, nearReach, atBox);
    }

    /**
     * Measures a model that predicts at once: no chains, of which {@link #nearReach} and {@link #atBox} are 0.
     *
     * @param longest slice that the model takes
     * @param data kept apart
     * @param rows slices of each length, at most
     * @param predicted raw targets [b, d + 1] of slices
     */
    public static PredictionError of(int longest, SliceData data, int rows, Function<Slices, Tensor> predicted) {
        int k = Math.min(longest, data.longest());
        double[][] rmse = new double[k][];
        double[][] normalised = new double[k][];
        for (int m = 1; m <= k; m++) {
            try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                SliceBatch batch = data.spread(m, rows);
                rmse[m - 1] = predicted.apply(batch.slices()).sub(batch.targets()).square().mean(0).sqrt().toDoubles();
                normalised[m - 1] = divided(rmse[m - 1], data.spreadOfTargets(m));
            }
        }
        return new PredictionError(rmse, normalised, 0, 0);
    }

    private static double[] divided(double[] values, double[] divisors) {
        double[] result = values.clone();
        for (int j = 0; j < result.length; j++) {
            result[j] /= divisors[j];
        }
        return result;
    }

    /** The numbers that logs and results hold, by name. */
    public Map<String, Double> scalars() {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("mean", mean());
        scalars.put("worst_state", worstState());
        scalars.put("reward", reward());
        scalars.put("near_reach", nearReach);
        scalars.put("at_box", atBox);
        return scalars;
    }

    /** Mean over lengths and coordinates of the normalised errors: what training is stopped by. */
    public double mean() {
        return Arrays.stream(normalised).flatMapToDouble(Arrays::stream).average().orElseThrow();
    }

    /** Largest normalised error of a state coordinate at one step. */
    public double worstState() {
        return Arrays.stream(normalised[0], 0, normalised[0].length - 1).max().orElseThrow();
    }

    /** Normalised error of the reward at one step. */
    public double reward() {
        return normalised[0][normalised[0].length - 1];
    }
}
