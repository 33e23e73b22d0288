package org.emfuse.rl.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.energy.DoubleEnergies;
import org.emfuse.energy.EnergyFusion;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fused Gaussian policies: the closed form, densities fused on a grid, draws. */
class FusedPolicyTest {

    private static final ExpertWeights WEIGHTS = ExpertWeights.of(0.5, 0.2, 0.3);
    private static final double[] OBSERVATION = {0.4, -1.3, 0.8};

    private final List<GaussianActor> experts = IntStream.range(0, 3).mapToObj(i -> actor(i, 2.0, 0.5)).toList();

    private static GaussianActor actor(long seed, double... scale) {
        GaussianActor actor = new GaussianActor(3, scale, new int[]{16}, new TorchRandom(seed));
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            actor.parameters().get(2).mul_(3); // far enough apart that it matters who is surer
            actor.parameters().get(3).narrow(0, scale.length, scale.length).add_(-1);
        }
        return actor;
    }

    @AfterEach
    void close() {
        experts.forEach(GaussianActor::close);
    }

    private record Normal(double[] mean, double[] deviation) {}

    private static Normal normal(GaussianActor actor) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            GaussianActor.Heads heads = actor.heads(Tensors.of(OBSERVATION, 1, 3).to(DType.FLOAT32));
            double[] deviation = heads.logStd().toDoubles();
            return new Normal(heads.mean().toDoubles(),
                    Arrays.stream(deviation).map(Math::exp).toArray());
        }
    }

    /** Precision-weighted: Λ = Σ λ_i/σ_i², μ = Σ λ_i μ_i/σ_i² / Λ. */
    private Normal closedForm() {
        double[] precision = new double[2];
        double[] mean = new double[2];
        for (int i = 0; i < 3; i++) {
            Normal one = normal(experts.get(i));
            for (int j = 0; j < 2; j++) {
                double weight = WEIGHTS.lambda(i) / (one.deviation[j] * one.deviation[j]);
                precision[j] += weight;
                mean[j] += weight * one.mean[j];
            }
        }
        return new Normal(new double[]{mean[0] / precision[0], mean[1] / precision[1]},
                new double[]{1 / Math.sqrt(precision[0]), 1 / Math.sqrt(precision[1])});
    }

    @Test
    void theModeIsTheClosedForm() {
        Normal expected = closedForm();
        double[] action = FusedPolicy.deterministic(WEIGHTS, experts).act(OBSERVATION, RandomStream.of(1, "unused"));
        assertThat(action[0]).isCloseTo(2.0 * Math.tanh(expected.mean[0]), within(1e-12));
        assertThat(action[1]).isCloseTo(0.5 * Math.tanh(expected.mean[1]), within(1e-12));
    }

    @Test
    void drawsHaveTheMomentsOfTheClosedForm() {
        Normal expected = closedForm();
        int n = 20_000;
        double[][] observations = new double[n][];
        RandomStream[] randoms = new RandomStream[n];
        Arrays.fill(observations, OBSERVATION);
        Arrays.fill(randoms, RandomStream.of(2, "draws"));
        double[][] actions = FusedPolicy.stochastic(WEIGHTS, experts).actAll(observations, randoms);
        double[] scale = {2.0, 0.5};
        for (int j = 0; j < 2; j++) {
            double mean = 0;
            double square = 0;
            for (double[] action : actions) {
                double y = action[j] / scale[j];
                double x = 0.5 * Math.log((1 + y) / (1 - y));
                mean += x / n;
                square += x * x / n;
            }
            assertThat(mean).isCloseTo(expected.mean[j], within(5 * expected.deviation[j] / Math.sqrt(n)));
            assertThat(Math.sqrt(square - mean * mean)).isCloseTo(expected.deviation[j],
                    within(0.03 * expected.deviation[j]));
        }
    }

    /** The experts' own energies of actions, fused by the law on a grid and normalised by a sum over it. */
    @Test
    void energiesAreThoseFusedNumerically() {
        List<GaussianActor> line = IntStream.range(0, 3).mapToObj(i -> actor(10 + i, 1.5)).toList();
        FusedPolicy fused = FusedPolicy.stochastic(WEIGHTS, line);
        int n = 6000;
        double cell = 3.0 / n;
        double[] grid = IntStream.range(0, n).mapToDouble(i -> -1.5 + (i + 0.5) * cell).toArray();
        List<double[]> energies = line.stream().map(actor -> energies(actor, grid)).toList();
        double[] sum = EnergyFusion.fuse(WEIGHTS, energies, DoubleEnergies.SPACE);
        double partition = Arrays.stream(sum).map(e -> Math.exp(-e) * cell).sum();
        double total = 0;
        for (int i = 0; i < n; i++) {
            double energy = fused.energy(OBSERVATION, new double[]{grid[i]});
            total += Math.exp(-energy) * cell;
            if (Math.abs(grid[i]) < 1.49) { // nearer to the border single precision is what differs
                assertThat(energy).as("at %s", grid[i]).isCloseTo(sum[i] + Math.log(partition),
                        within(2e-3 * Math.max(1, Math.abs(energy))));
            }
        }
        assertThat(total).isCloseTo(1, within(1e-3));
        line.forEach(GaussianActor::close);
    }

    private static double[] energies(GaussianActor actor, double[] actions) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            Tensor observations = Tensors.of(OBSERVATION, 1, 3).to(DType.FLOAT32).expand(actions.length, 3);
            Tensor density = actor.logDensity(observations,
                    Tensors.of(actions, actions.length, 1).to(DType.FLOAT32));
            return density.neg().toDoubles();
        }
    }

    @Test
    void onePolicyIsItself() {
        double[] alone = ActorPolicy.deterministic(experts.getFirst()).act(OBSERVATION, RandomStream.of(1, "x"));
        double[] fused = FusedPolicy.deterministic(ExpertWeights.vertex(3, 0), experts).act(OBSERVATION,
                RandomStream.of(1, "x"));
        for (int j = 0; j < 2; j++) {
            assertThat(fused[j]).isCloseTo(alone[j], within(1e-6));
        }
    }

    @Test
    void sidesDoNotMatter() {
        double[][] observations = {OBSERVATION, {1, 2, 3}, {-1, 0, 1}};
        FusedPolicy policy = FusedPolicy.stochastic(WEIGHTS, experts);
        RandomStream[] randoms = IntStream.range(0, 3).mapToObj(i -> RandomStream.of(i, "act"))
                .toArray(RandomStream[]::new);
        double[][] together = policy.actAll(observations, randoms);
        for (int i = 0; i < 3; i++) {
            double[] alone = policy.act(observations[i], RandomStream.of(i, "act"));
            for (int j = 0; j < 2; j++) {
                assertThat(alone[j]).isCloseTo(together[i][j], within(1e-5));
            }
        }
    }

    @Test
    void otherRangesAndObservationsAreRefused() {
        try (GaussianActor wide = actor(4, 2.0, 0.6);
                GaussianActor long4 = new GaussianActor(4, new double[]{2, 0.5},
                        new int[]{8}, new TorchRandom(1))) {
            assertThatThrownBy(
                    () -> FusedPolicy.deterministic(ExpertWeights.uniform(2), List.of(experts.getFirst(), wide)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("policies that are fused must agree on the range of actions: policy 0 has [2.0, 0.5],"
                            + " policy 1 has [2.0, 0.6]");
            assertThatThrownBy(
                    () -> FusedPolicy.deterministic(ExpertWeights.uniform(2), List.of(experts.getFirst(), long4)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("observation coordinates");
        }
        assertThatThrownBy(() -> FusedPolicy.deterministic(ExpertWeights.uniform(2), experts))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3 policies, found 2 weights");
        assertThatThrownBy(() -> FusedPolicy.deterministic(WEIGHTS, experts).act(new double[]{Double.NaN, 0, 0},
                RandomStream.of(1, "x"))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("NaN");
    }

    @Test
    void filesOfOtherCoordinatesAreRefused(@TempDir Path folder) {
        PolicySpace here = PolicySpace.unnamed(3, new double[]{2, 0.5});
        PolicySpace there = new PolicySpace("", here.observations(), List.of(here.actions().getFirst(),
                new Quantity("thrust", "N", -0.5, 0.5)));
        PolicyFile.write(folder.resolve("a"), experts.get(0), List.of(16), here, Map.of());
        PolicyFile.write(folder.resolve("b"), experts.get(1), List.of(16), there, Map.of());
        PolicyFile a = PolicyFile.read(folder.resolve("a"));
        PolicyFile b = PolicyFile.read(folder.resolve("b"));
        FusedPolicy.requireSameSpace(List.of(a, a));
        assertThatThrownBy(() -> FusedPolicy.requireSameSpace(List.of(a, b)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("thrust");
        a.actor().close();
        b.actor().close();
    }
}
