package org.emfuse.rl.policy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.energy.EnergyFusion;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchScope;

/**
 * Several Gaussian policies as one, by the law: {@code E_fuse(s, a) = Σ λ_i E_i(s, a)} with {@code E_i = -log π_i(a|s)}. As all
 * squash x to {@code a = a_max · tanh(x)}, and the weights sum to 1, the squash's part of the energies is common to all; what
 * remains are normal distributions of x, whose precisions add. The fused policy is squashed alike.
 *
 * <p>Who is surer of an action counts more. Policies whose files hold a mode alone (docs/decisions/0017) have one σ everywhere:
 * their fusion is the weighted mean of their modes before the squash.
 *
 * <p>It does not own the policies' networks. Observations are refused, and networks that give anything but numbers, as in
 * {@link ActorPolicy}.
 */
public final class FusedPolicy implements Policy {

    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private final ExpertWeights weights;
    private final List<GaussianActor> experts;
    private final double[] scale;
    private final boolean deterministic;

    private FusedPolicy(ExpertWeights weights, List<GaussianActor> experts, boolean deterministic) {
        if (weights.size() != experts.size()) {
            throw new IllegalArgumentException("expected one weight per policy: " + experts.size() + " policies, found "
                    + weights.size() + " weights");
        }
        this.weights = weights;
        this.experts = List.copyOf(experts);
        this.scale = experts.getFirst().scale();
        this.deterministic = deterministic;
        for (int i = 1; i < experts.size(); i++) {
            requireSame("number of observation coordinates", experts.getFirst().observationSize(), i,
                    experts.get(i).observationSize());
            requireSame("range of actions", Arrays.toString(scale), i, Arrays.toString(experts.get(i).scale()));
        }
    }

    private static void requireSame(String what, Object first, int i, Object other) {
        if (!first.equals(other)) {
            throw new IllegalArgumentException("policies that are fused must agree on the " + what + ": policy 0 has "
                    + first + ", policy " + i + " has " + other);
        }
    }

    /**
     * Acts without noise: by the mode of x, squashed.
     *
     * @throws IllegalArgumentException unless there is one weight per policy, and all have the same observations and action range
     */
    public static FusedPolicy deterministic(ExpertWeights weights, List<GaussianActor> experts) {
        return new FusedPolicy(weights, experts, true);
    }

    /** Samples its actions; refuses what {@link #deterministic} does. */
    public static FusedPolicy stochastic(ExpertWeights weights, List<GaussianActor> experts) {
        return new FusedPolicy(weights, experts, false);
    }

    /**
     * Refuses policies of different spaces, which the networks alone do not tell.
     *
     * @throws IllegalArgumentException with what differs
     */
    public static void requireSameSpace(List<PolicyFile> files) {
        for (int i = 1; i < files.size(); i++) {
            requireSame("observations", files.getFirst().space().observations(), i,
                    files.get(i).space().observations());
            requireSame("actions", files.getFirst().space().actions(), i, files.get(i).space().actions());
        }
    }

    @Override
    public double[] act(double[] observation, RandomStream random) {
        return actAll(new double[][]{observation}, new RandomStream[]{random})[0];
    }

    @Override
    public double[][] actAll(double[][] observations, RandomStream[] randoms) {
        QuadraticEnergy[] fused = fused(observations);
        double[][] actions = new double[fused.length][];
        for (int i = 0; i < actions.length; i++) {
            double[] x = fused[i].mean();
            double[] deviation = fused[i].deviation();
            for (int j = 0; j < x.length; j++) {
                double drawn = deterministic ? x[j] : x[j] + deviation[j] * randoms[i].gaussian();
                x[j] = scale[j] * Math.tanh(drawn);
            }
            actions[i] = x;
        }
        return actions;
    }

    /**
     * The energy of an action, {@code -log π_fuse(a|s)}, normalised.
     *
     * @param action strictly within the action range
     */
    public double energy(double[] observation, double[] action) {
        QuadraticEnergy fused = fused(new double[][]{observation})[0];
        double[] mean = fused.mean();
        double[] deviation = fused.deviation();
        double energy = 0;
        for (int j = 0; j < scale.length; j++) {
            double squashed = action[j] / scale[j];
            double x = 0.5 * (Math.log1p(squashed) - Math.log1p(-squashed)); // artanh
            double z = (x - mean[j]) / deviation[j];
            energy += 0.5 * z * z + Math.log(deviation[j]) + HALF_LOG_TWO_PI
                    + Math.log(scale[j] * (1 - squashed * squashed));
        }
        return energy;
    }

    /** The fused energy of x at each observation. */
    private QuadraticEnergy[] fused(double[][] observations) {
        List<QuadraticEnergy[]> each = experts.stream().map(expert -> energies(expert, observations)).toList();
        return IntStream.range(0, observations.length)
                .mapToObj(row -> EnergyFusion.fuse(weights, each.stream().map(energies -> energies[row]).toList(),
                        QuadraticEnergy.SPACE))
                .toArray(QuadraticEnergy[]::new);
    }

    private static QuadraticEnergy[] energies(GaussianActor expert, double[][] observations) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            GaussianActor.Heads heads = expert.heads(ActorPolicy.rows(observations, expert.observationSize()));
            double[][] mean = rows(heads.mean());
            double[][] logDeviation = rows(heads.logStd());
            return IntStream.range(0, observations.length)
                    .mapToObj(i -> QuadraticEnergy.of(mean[i], logDeviation[i])).toArray(QuadraticEnergy[]::new);
        }
    }

    private static double[][] rows(Tensor values) {
        double[] all = values.toDoubles();
        int p = (int) values.size(1);
        double[][] rows = new double[all.length / p][p];
        for (int i = 0; i < all.length; i++) {
            rows[i / p][i % p] = ActorPolicy.finite(all[i]);
        }
        return rows;
    }
}
