package org.emfuse.rl.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.emfuse.rl.torch.TorchThreads;

/**
 * The speed of transition models on this machine ({@link EnergyWork}): training steps, predictions, and steps of a fused
 * simulator with its uncertainty, as the product does them. As many workers as processors.
 *
 * @param trainStep durations of a training step of the plain model
 * @param predictionsPerSecond noise-free predictions of the plain model
 * @param rolloutsPerSecond next states of three any-step models fused, each with one prediction per slice
 * @param form how the work was done
 * @param settings how much was measured
 */
public record EnergyBench(UpdateTimes trainStep, double predictionsPerSecond, double rolloutsPerSecond,
        EnergyWork.Form form, Settings settings) {

    /**
     * How much is measured.
     *
     * @param trainSteps that are timed, after two that are not, at least 1
     * @param calls of prediction and of simulator that are timed, after one that is not, at least 1
     */
    public record Settings(int trainSteps, int calls) {

        /** Checks the ranges. */
        public Settings {
            if (trainSteps < 1 || calls < 1) {
                throw new IllegalArgumentException(
                        "a benchmark needs at least one step and call, found " + trainSteps + " and " + calls);
            }
        }

        /** Less than a minute on two cores. */
        public static Settings standard() {
            return new Settings(10, 3);
        }
    }

    /**
     * Measures.
     *
     * @throws IllegalStateException if a model with more than one thread runs in this process at the same time
     */
    public static EnergyBench run(Settings settings, long seed) {
        EnergyWork.Form form = EnergyWork.Form.usual();
        int threads = Runtime.getRuntime().availableProcessors();
        try (TorchThreads _ = TorchThreads.independent();
                EnergyWork training = EnergyWork.training(form, seed, threads);
                EnergyWork prediction = EnergyWork.prediction(form, seed, threads);
                EnergyWork rollout = EnergyWork.rollout(form, seed, threads)) {
            return new EnergyBench(training.time(2, settings.trainSteps),
                    1000 * EnergyWork.PREDICTIONS / prediction.time(1, settings.calls).median(),
                    1000 * EnergyWork.STATES / rollout.time(1, settings.calls).median(), form, settings);
        }
    }

    /** As JSON: {@code etm_train_step_ms}, {@code etm_predict_per_s}, {@code fused_rollout_per_s}, and their shapes. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("etm_train_step_ms", trainStep.median());
        json.put("etm_predict_per_s", predictionsPerSecond);
        json.put("fused_rollout_per_s", rolloutsPerSecond);
        Map<String, Object> shapes = new LinkedHashMap<>();
        shapes.put("observations", EnergyWork.OBSERVATIONS);
        shapes.put("actions", EnergyWork.ACTIONS);
        shapes.put("head", form.shape().width() + "x" + form.shape().depth());
        shapes.put("batch", form.shape().batch());
        shapes.put("negatives", form.shape().negatives());
        shapes.put("negative_steps", form.negatives().steps());
        shapes.put("prediction_steps", form.prediction().steps());
        shapes.put("products", form.products().name().toLowerCase(Locale.ROOT));
        shapes.put("prediction_rows", EnergyWork.PREDICTIONS);
        shapes.put("fused_experts", EnergyWork.EXPERTS);
        shapes.put("fused_slices", EnergyWork.SLICES);
        shapes.put("fused_states", EnergyWork.STATES);
        json.put("etm_shapes", shapes);
        json.put("etm_settings", settings);
        return json;
    }
}
