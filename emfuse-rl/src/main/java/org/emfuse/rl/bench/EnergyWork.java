package org.emfuse.rl.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.Resilient;
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
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Processor;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;

/**
 * Pieces of work of transition models that benchmarks time, on made-up data: 11 observations, 3 actions.
 */
public final class EnergyWork implements AutoCloseable {

    /** Predictions of one call, and states of one step of the simulator times its slices. */
    public static final int PREDICTIONS = 5_000;
    static final int OBSERVATIONS = 11;
    static final int ACTIONS = 3;
    static final int EXPERTS = 3;
    static final int SLICES = 5;
    /** States of one step of the simulator. */
    public static final int STATES = PREDICTIONS / SLICES;

    /**
     * Shape of networks and batches.
     *
     * @param width units of each hidden layer
     * @param depth hidden layers
     * @param batch slices of a training step
     * @param negatives chains per slice
     */
    public record Shape(int width, int depth, int batch, int negatives) {

        /** As published, with a batch of 256. */
        public static final Shape FULL = new Shape(200, 4, 256, 16);
        /** Small enough for very many steps. */
        public static final Shape SMALL = new Shape(64, 2, 64, 8);

        EnergyArchitecture of(EnergyArchitecture kind) {
            return kind.withHead(width, depth);
        }
    }

    /**
     * How the work is done.
     *
     * @param negatives chains of training
     * @param prediction chains of predictions
     * @param products type in which derivatives along chains are computed
     * @param shape of networks and batches
     */
    public record Form(Chain negatives, Chain prediction, DType products, Shape shape) {

        /** As published: 50 steps for a negative, 30 for a prediction, single precision. */
        public static Form published() {
            return new Form(Langevin.negatives(), Langevin.prediction(30), DType.FLOAT32, Shape.FULL);
        }

        /** As the product does it: resilient chains of 12 steps, the processor's fastest type. */
        public static Form usual() {
            return new Form(Langevin.negatives(), Resilient.prediction(12), Processor.fastest(), Shape.FULL);
        }

        /** The usual one with small networks and batches, and negatives of 10 steps. */
        public static Form small() {
            return new Form(Langevin.negatives().withSteps(10), Resilient.prediction(12), Processor.fastest(),
                    Shape.SMALL);
        }
    }

    private final Runnable work;
    private final List<AutoCloseable> owned;

    private EnergyWork(Runnable work, AutoCloseable... owned) {
        this.work = work;
        this.owned = List.of(owned);
    }

    /** A training step of the plain model. */
    public static EnergyWork training(Form form, long seed, int threads) {
        EnergyConfig config = EnergyConfig
                .of(form.shape.of(EnergyArchitecture.etm()), Long.MAX_VALUE, seed, "made up")
                .withBatch(form.shape.batch, form.shape.negatives, form.negatives.steps())
                .withChains(form.negatives, form.products).withEvaluation(Long.MAX_VALUE, 1, 1);
        EnergyTraining training = new EnergyTraining("bench", config, space(), HoldOut.of(madeUp(seed), seed), null,
                threads);
        return new EnergyWork(training::step, training);
    }

    /** {@link #PREDICTIONS} noise-free predictions of the plain model. */
    public static EnergyWork prediction(Form form, long seed, int threads) {
        TorchWorkers workers = new TorchWorkers(threads);
        LangevinSampler sampler = new LangevinSampler(workers);
        Transitions data = madeUp(seed);
        EnergyModel model = model(form, EnergyArchitecture.etm(), data, seed);
        TorchScope scope = new TorchScope();
        RandomStream random = RandomStream.of(seed, "predictions");
        Slices slices = new SliceData(data, 1).draw(1, PREDICTIONS, random).slices();
        return new EnergyWork(() -> {
            try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                sampler.sample(model.given(slices), form.prediction, random);
            }
        }, scope, model, workers);
    }

    /** A step of {@link #STATES} states in a simulator of three any-step models fused, a chain for each of five slices. */
    public static EnergyWork rollout(Form form, long seed, int threads) {
        TorchWorkers workers = new TorchWorkers(threads);
        Transitions data = madeUp(seed);
        List<EnergyModel> experts = new ArrayList<>();
        for (int i = 0; i < EXPERTS; i++) {
            experts.add(model(form, EnergyArchitecture.adetm(SLICES), data, seed + i));
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
        EnergyDynamics dynamics = new EnergyDynamics(
                new FusedTransitionEnergy(ExpertWeights.uniform(EXPERTS), experts),
                PredictionRule.of(form.prediction, unit), new LangevinSampler(workers));
        return new EnergyWork(() -> dynamics.predict(histories, all, random), dynamics, workers);
    }

    private static EnergyModel model(Form form, EnergyArchitecture architecture, Transitions data, long seed) {
        EnergyModel model = new EnergyModel("bench", space(), form.shape.of(architecture),
                Normaliser.of(new SliceData(data, architecture.longest()).scales()), new TorchRandom(seed));
        model.products(form.products);
        return model;
    }

    private static TransitionSpace space() {
        return TransitionSpace.of(PolicySpace.unnamed(OBSERVATIONS, new double[]{1, 1, 1}));
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

    /** Does it once. */
    public void run() {
        work.run();
    }

    /** Times it; the first calls are not counted. */
    UpdateTimes time(int warmUp, int calls) {
        return UpdateTimes.of(warmUp, calls, work);
    }

    @Override
    public void close() {
        for (AutoCloseable part : owned) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
