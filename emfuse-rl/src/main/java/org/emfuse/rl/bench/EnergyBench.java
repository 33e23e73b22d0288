package org.emfuse.rl.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.etm.EnergyArchitecture;
import org.emfuse.rl.etm.EnergyConfig;
import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyTraining;
import org.emfuse.rl.etm.HoldOut;
import org.emfuse.rl.etm.Normaliser;
import org.emfuse.rl.etm.SliceData;
import org.emfuse.rl.policy.PolicySpace;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.torch.TorchWorkers;

/**
 * The speed of transition models on this machine, on made-up data: training steps, predictions, and steps of a fused simulator
 * with its uncertainty. As many workers as processors.
 *
 * @param trainStep durations of a training step of the plain model
 * @param predictionsPerSecond noise-free predictions of the plain model
 * @param rolloutsPerSecond next states of three any-step models fused, each with one prediction per slice
 * @param settings how much was measured
 */
public record EnergyBench(UpdateTimes trainStep, double predictionsPerSecond, double rolloutsPerSecond,
        Settings settings) {

    private static final int OBSERVATIONS = 11;
    private static final int ACTIONS = 3;
    private static final int EXPERTS = 3;
    private static final int SLICES = 5;
    private static final int STEPS = 30;
    private static final int PREDICTIONS = 5_000;
    private static final int STATES = 1_000;

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
        Transitions data = madeUp(seed);
        TransitionSpace space = TransitionSpace.of(PolicySpace.unnamed(OBSERVATIONS, new double[]{1, 1, 1}));
        int threads = Runtime.getRuntime().availableProcessors();
        try (TorchThreads _ = TorchThreads.independent(); TorchWorkers workers = new TorchWorkers(threads)) {
            LangevinSampler sampler = new LangevinSampler(workers);
            return new EnergyBench(trainStep(settings, space, data, seed, threads),
                    predictions(settings, space, data, seed, sampler), rollouts(settings, space, data, seed, sampler),
                    settings);
        }
    }

    private static Transitions madeUp(long seed) {
        RandomStream random = RandomStream.of(seed, "bench");
        int n = 4_000;
        float[] states = new float[n * OBSERVATIONS];
        float[] actions = new float[n * ACTIONS];
        float[] rewards = new float[n];
        float[] next = new float[n * OBSERVATIONS];
        boolean[] timeouts = new boolean[n];
        for (int i = 0; i < states.length; i++) {
            states[i] = (float) random.gaussian();
            next[i] = states[i] + 0.1f * (float) random.gaussian();
        }
        for (int i = 0; i < actions.length; i++) {
            actions[i] = (float) random.uniform(-1, 1);
        }
        for (int i = 0; i < n; i++) {
            rewards[i] = (float) random.gaussian();
            timeouts[i] = i % 200 == 199;
        }
        return new Transitions(OBSERVATIONS, ACTIONS, states, actions, rewards, next, new boolean[n], timeouts);
    }

    private static UpdateTimes trainStep(Settings settings, TransitionSpace space, Transitions data, long seed,
            int threads) {
        EnergyConfig config = EnergyConfig.of(EnergyArchitecture.etm(), 1_000_000, seed, "made up")
                .withEvaluation(Long.MAX_VALUE, 1, 1);
        long[] nanos = new long[settings.trainSteps];
        try (EnergyTraining training = new EnergyTraining("bench", config, space, HoldOut.of(data, seed), null,
                threads)) {
            training.step();
            training.step();
            for (int i = 0; i < nanos.length; i++) {
                long began = System.nanoTime();
                training.step();
                nanos[i] = System.nanoTime() - began;
            }
        }
        return UpdateTimes.of(nanos);
    }

    private static EnergyModel model(EnergyArchitecture architecture, TransitionSpace space, Transitions data,
            long seed) {
        return new EnergyModel("bench", space, architecture,
                Normaliser.of(new SliceData(data, architecture.longest()).scales()), new TorchRandom(seed));
    }

    private static double predictions(Settings settings, TransitionSpace space, Transitions data, long seed,
            LangevinSampler sampler) {
        try (TorchScope _ = new TorchScope();
                NoGrad _ = new NoGrad();
                EnergyModel model = model(EnergyArchitecture.etm(), space, data, seed)) {
            RandomStream random = RandomStream.of(seed, "predictions");
            Slices slices = new SliceData(data, 1).draw(1, PREDICTIONS, random).slices();
            return PREDICTIONS / seconds(settings.calls, () -> {
                try (TorchScope _ = new TorchScope()) {
                    sampler.sample(model.given(slices), Langevin.prediction(STEPS), random);
                }
            });
        }
    }

    private static double rollouts(Settings settings, TransitionSpace space, Transitions data, long seed,
            LangevinSampler sampler) {
        List<EnergyModel> experts = new ArrayList<>();
        for (int i = 0; i < EXPERTS; i++) {
            experts.add(model(EnergyArchitecture.adetm(SLICES), space, data, seed + i));
        }
        double[] unit = new double[OBSERVATIONS];
        Arrays.fill(unit, 1);
        RandomStream random = RandomStream.of(seed, "rollouts");
        Histories histories = new Histories(STATES, SLICES, OBSERVATIONS, ACTIONS);
        for (int i = 0; i < STATES; i++) {
            for (int j = 0; j < SLICES; j++) {
                histories.push(i, random.doubles(OBSERVATIONS).toArray(), random.doubles(ACTIONS).toArray());
            }
        }
        int[] all = IntStream.range(0, STATES).toArray();
        try (EnergyDynamics dynamics = new EnergyDynamics(
                new FusedTransitionEnergy(ExpertWeights.uniform(EXPERTS), experts),
                PredictionRule.of(Langevin.prediction(STEPS), unit), sampler)) {
            return STATES / seconds(settings.calls, () -> dynamics.predict(histories, all, random));
        }
    }

    /** The median duration of a call, after one that is not counted. */
    private static double seconds(int calls, Runnable call) {
        call.run();
        long[] nanos = new long[calls];
        for (int i = 0; i < calls; i++) {
            long began = System.nanoTime();
            call.run();
            nanos[i] = System.nanoTime() - began;
        }
        return UpdateTimes.of(nanos).median() / 1000;
    }

    /** As JSON: {@code etm_train_step_ms}, {@code etm_predict_per_s}, {@code fused_rollout_per_s}, and their shapes. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("etm_train_step_ms", trainStep.median());
        json.put("etm_predict_per_s", predictionsPerSecond);
        json.put("fused_rollout_per_s", rolloutsPerSecond);
        Map<String, Object> shapes = new LinkedHashMap<>();
        shapes.put("observations", OBSERVATIONS);
        shapes.put("actions", ACTIONS);
        shapes.put("head", "200x4");
        shapes.put("batch", 256);
        shapes.put("negatives", 16);
        shapes.put("negative_steps", 50);
        shapes.put("prediction_steps", STEPS);
        shapes.put("prediction_rows", PREDICTIONS);
        shapes.put("fused_experts", EXPERTS);
        shapes.put("fused_slices", SLICES);
        shapes.put("fused_states", STATES);
        json.put("etm_shapes", shapes);
        json.put("etm_settings", settings);
        return json;
    }
}
