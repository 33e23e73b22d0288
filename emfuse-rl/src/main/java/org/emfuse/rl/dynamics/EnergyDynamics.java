package org.emfuse.rl.dynamics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.jspecify.annotations.Nullable;

/**
 * The simulator of a transition energy. For every length of slice that a trajectory's history allows, a chain finds a target;
 * where those of different lengths disagree, the model does not know (spec 05 §5).
 */
public final class EnergyDynamics implements Dynamics {

    private static final double NOISE = 0.5;

    private final TransitionEnergy energy;
    private final PredictionRule rule;
    private final LangevinSampler sampler;
    private final List<TransitionEnergy> experts;
    private final ExpertWeights weights;
    /** Indices of the experts with a weight above 0: the others have no say in the uncertainty either. */
    private final int[] voting;
    private final StateWeights byState;
    /** In units of states, whatever the form of the uncertainty. */
    private final HistoryDivergence distance;

    /**
     * A simulator, which owns the energy but not the sampler.
     *
     * @throws IllegalArgumentException if the rule's units are not those of the space's states, or it needs more than is given
     */
    public EnergyDynamics(TransitionEnergy energy, PredictionRule rule, LangevinSampler sampler) {
        this(energy, rule, sampler, new double[0]);
    }

    /**
     * A simulator whose experts' weights may depend on the state.
     *
     * @param tolerances ε of each expert, > 0, for weights that depend on the state
     */
    public EnergyDynamics(TransitionEnergy energy, PredictionRule rule, LangevinSampler sampler, double[] tolerances) {
        this.energy = energy;
        this.rule = rule;
        this.sampler = sampler;
        this.experts = energy.experts();
        this.weights = energy.weights();
        this.voting = FusedTransitionEnergy.voting(weights);
        this.byState = new StateWeights(rule.weights(), weights, tolerances);
        this.distance = new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, rule.divergence().unit());
        if (rule.divergence().unit().length != energy.space().observationSize()) {
            throw new IllegalArgumentException("the uncertainty has units for " + rule.divergence().unit().length
                    + " state coordinates, " + energy.name() + " has " + energy.space().observationSize());
        }
    }

    @Override
    public String name() {
        return energy.name();
    }

    @Override
    public TransitionSpace space() {
        return energy.space();
    }

    @Override
    public int longestSlice() {
        return energy.longestSlice();
    }

    @Override
    public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
        Chains chains = new Chains(histories, trajectories, random);
        double[][][] all = chains.all();
        double[][] onward = switch (rule.next()) {
            case MEAN -> Arrays.stream(all).map(EnergyDynamics::mean).toArray(double[][]::new);
            case ONE_STEP -> Arrays.stream(all).map(predictions -> predictions[0]).toArray(double[][]::new);
            case RANDOM_SLICE -> Arrays.stream(all).map(predictions -> predictions[random.nextInt(predictions.length)])
                    .toArray(double[][]::new);
            case NOISY_STATE -> chains.noisy(
                    Arrays.stream(all).mapToInt(predictions -> 1 + random.nextInt(predictions.length)).toArray());
        };
        int d = space().observationSize();
        double[][] next = Arrays.stream(onward).map(each -> Arrays.copyOf(each, d)).toArray(double[][]::new);
        double[] rewards = Arrays.stream(onward).mapToDouble(each -> each[d]).toArray();
        return new Prediction(next, rewards, uncertainty(all, chains), chains.counts);
    }

    private double[] uncertainty(double[][][] all, Chains chains) {
        double[] u = switch (rule.uncertainty()) {
            case SLICES -> divergences(all);
            case SUM -> combined(chains, (sum, i, own) -> sum + weights.lambda(i) * own);
            case MAX -> combined(chains, (largest, _, own) -> Math.max(largest, own));
        };
        if (rule.spread() > 0) {
            double[] spread = chains.spread();
            for (int i = 0; i < u.length; i++) {
                u[i] += rule.spread() * spread[i];
            }
        }
        return u;
    }

    /** How an expert's uncertainty joins those of the experts before it. */
    @FunctionalInterface
    private interface Joining {
        double of(double before, int expert, double own);
    }

    private double[] combined(Chains chains, Joining joining) {
        double[] u = new double[chains.trajectories.length];
        for (int e : voting) {
            double[] own = divergences(chains.own(e));
            for (int i = 0; i < u.length; i++) {
                u[i] = joining.of(u[i], e, own[i]);
            }
        }
        return u;
    }

    private double[] divergences(double[][][] all) {
        return Arrays.stream(all).mapToDouble(rule.divergence()::of).toArray();
    }

    /** How far the experts' own one-step predictions are apart: {@code v = sqrt(mean_j Var_i s_i,j)} (spec 06 §2). */
    public double[] spread(Histories histories, int[] trajectories, RandomStream random) {
        return new Chains(histories, trajectories, random).spread();
    }

    /**
     * Whether the experts speak of the same where the simulator is used (spec 06 §§1-2): chains of the sum, and one per expert.
     *
     * @param trajectories each with at least one pair
     * @param random draws what chains need
     */
    public ExpertAgreement agreement(Histories histories, int[] trajectories, RandomStream random) {
        Chains chains = new Chains(histories, trajectories, random);
        double[] outside = chains.outside();
        return new ExpertAgreement(experts.stream().map(TransitionEnergy::name).toList(), outside, chains.spread());
    }

    /** The predictions that one step asks for; those of single experts are made once. */
    private final class Chains {

        private final Histories histories;
        private final int[] trajectories;
        private final RandomStream random;
        /** Slices of each trajectory: M. */
        private final int[] counts;
        private final double[][] @Nullable [][] own = new double[experts.size()][][][];

        Chains(Histories histories, int[] trajectories, RandomStream random) {
            this.histories = histories;
            this.trajectories = trajectories;
            this.random = random;
            this.counts = Arrays.stream(trajectories).map(t -> Math.min(longestSlice(), histories.valid(t))).toArray();
        }

        private Slices slices() {
            return histories.slices(trajectories, longestSlice());
        }

        /** Of the energy as a whole: for each trajectory and length, next state and reward, [n][M][d + 1]. */
        double[][][] all() {
            try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                return found(whole(slices(), counts));
            }
        }

        /** Of the energy as a whole, by a noisy chain of one slice of each trajectory: next state and reward, [n][d + 1]. */
        double[][] noisy(int[] lengths) {
            try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                int[] one = new int[trajectories.length];
                Arrays.fill(one, 1);
                float[] targets = targets(whole(histories.slices(trajectories, lengths), one),
                        rule.chain().withNoise(NOISE));
                return IntStream.range(0, one.length).mapToObj(i -> reached(targets, i, i, lengths[i]))
                        .toArray(double[][]::new);
            }
        }

        private EnergyLandscape whole(Slices slices, int[] perTrajectory) {
            return byState.fixed() ? energy.given(slices) : energy.given(slices, factors(perTrajectory));
        }

        /** Share of predictions of the whole, of any length, that are outside of each expert's own box. */
        double[] outside() {
            try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                Slices slices = slices();
                EnergyLandscape landscape = whole(slices, counts);
                Tensor targets = sampler.sample(landscape, rule.chain(), random).mul(landscape.scale());
                return experts.stream().mapToDouble(expert -> targets.div(expert.given(slices).scale()).abs().amax(1)
                        .greater(EnergyLandscape.EDGE).to(DType.FLOAT32).mean().item()).toArray();
            }
        }

        /** Of one expert alone. */
        double[][][] own(int expert) {
            double[][][] known = own[expert];
            if (known == null) {
                try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                    known = found(experts.get(expert).given(slices()));
                }
                own[expert] = known;
            }
            return known;
        }

        private double[][][] found(EnergyLandscape landscape) {
            float[] targets = targets(landscape, rule.chain());
            double[][][] found = new double[trajectories.length][][];
            int row = 0;
            for (int i = 0; i < found.length; i++) {
                found[i] = new double[counts[i]][];
                for (int m = 1; m <= counts[i]; m++, row++) {
                    found[i][m - 1] = reached(targets, row, i, m);
                }
            }
            return found;
        }

        /** Where chains end, [b × (d + 1)], raw units. */
        private float[] targets(EnergyLandscape landscape, Chain chain) {
            return sampler.sample(landscape, chain, random).mul(landscape.scale()).toFloats();
        }

        /** Next state and reward by the target of a trajectory's slice of length m. */
        private double[] reached(float[] targets, int row, int i, int m) {
            double[] reached = Arrays.copyOf(histories.start(trajectories[i], m), space().targetSize());
            for (int j = 0; j < reached.length; j++) {
                reached[j] += targets[row * reached.length + j];
            }
            return reached;
        }

        /** r_i(x) of each expert, one value per slice. */
        private List<Tensor> factors(int[] perTrajectory) {
            double[][] u = new double[trajectories.length][experts.size()];
            for (int e : voting) {
                double[][][] own = own(e);
                for (int i = 0; i < u.length; i++) {
                    u[i][e] = distance.of(own[i]);
                }
            }
            double[][] factors = Arrays.stream(u).map(byState::factors).toArray(double[][]::new);
            return IntStream.range(0, experts.size()).mapToObj(e -> perSlice(factors, e, perTrajectory))
                    .toList();
        }

        private Tensor perSlice(double[][] factors, int expert, int[] perTrajectory) {
            float[] each = new float[Arrays.stream(perTrajectory).sum()];
            int row = 0;
            for (int i = 0; i < factors.length; i++) {
                Arrays.fill(each, row, row + perTrajectory[i], (float) factors[i][expert]);
                row += perTrajectory[i];
            }
            return Tensors.of(each, each.length);
        }

        double[] spread() {
            double[][][] single = new double[trajectories.length][voting.length][];
            for (int e = 0; e < voting.length; e++) {
                double[][][] predictions = own(voting[e]);
                for (int i = 0; i < single.length; i++) {
                    single[i][e] = predictions[i][0];
                }
            }
            return Arrays.stream(single).mapToDouble(distance::of).toArray();
        }
    }

    private static double[] mean(double[][] predictions) {
        double[] mean = new double[predictions[0].length];
        for (double[] prediction : predictions) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += prediction[j] / predictions.length;
            }
        }
        return mean;
    }

    @Override
    public void close() {
        energy.close();
    }
}
