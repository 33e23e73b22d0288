package org.emfuse.rl.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.replay.ReplayBuffer;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Learners on data whose right answers are known. */
class OfflineLearnersTest {

    private static final double[] SCALE = {2};
    private static final List<Integer> HIDDEN = List.of(32, 32);

    /** What the data's actions and rewards are, given state and noise uniform on [-1, 1). */
    private interface Rule {
        double of(double state, double noise);
    }

    /** Episodes of one step: states around 5, far from standardised, actions as given, a reward for each. */
    private static Transitions oneStep(int n, Rule action, Rule rewardOfAction) {
        RandomStream random = RandomStream.of(3, "data");
        float[] states = new float[n];
        float[] actions = new float[n];
        float[] rewards = new float[n];
        boolean[] ends = new boolean[n];
        for (int i = 0; i < n; i++) {
            double x = random.uniform(-1, 1);
            double a = action.of(x, random.uniform(-1, 1));
            states[i] = (float) (5 + 3 * x);
            actions[i] = (float) a;
            rewards[i] = (float) rewardOfAction.of(x, a);
            ends[i] = true;
        }
        return new Transitions(1, 1, states, actions, rewards, states, ends, new boolean[n]);
    }

    private static Map<String, Double> train(OfflineLearner learner, Transitions data, int updates) {
        ReplayBuffer replay = ReplayBuffer.of(data);
        RandomStream random = RandomStream.of(1, "replay");
        Map<String, Double> measured = Map.of();
        for (int i = 1; i <= updates; i++) {
            try (TorchScope _ = new TorchScope()) {
                measured = learner.update(i, replay.sample(64, random));
            }
        }
        return measured;
    }

    /** Mean distance of the policy's actions from what is right, in units of the range. */
    private static double error(OfflineLearner learner, Rule right) {
        RandomStream random = RandomStream.of(9, "test");
        double sum = 0;
        try (GaussianActor actor = learner.policy()) {
            Policy policy = ActorPolicy.deterministic(actor);
            for (int i = 0; i < 200; i++) {
                double x = random.uniform(-1, 1);
                sum += Math.abs(policy.act(new double[]{5 + 3 * x}, random)[0] - right.of(x, 0)) / SCALE[0];
            }
        }
        return sum / 200;
    }

    private static OfflineLearner learner(OfflineAlgorithm algorithm, Transitions data, double gamma) {
        return algorithm.learner(data, SCALE, HIDDEN, gamma, 1500, 1);
    }

    @Test
    void behaviourCloningRecoversALinearController() {
        Rule controller = (x, noise) -> -1.2 * x + 0.4;
        Transitions data = oneStep(2000, (x, noise) -> controller.of(x, 0) + 0.2 * noise, (x, a) -> 0);
        try (OfflineLearner learner = learner(OfflineAlgorithm.BEHAVIOUR_CLONING, data, 0.99)) {
            double before = error(learner, controller);
            train(learner, data, 600);
            assertThat(error(learner, controller)).isLessThan(0.03).isLessThan(before / 5);
        }
    }

    /** The spread of the data's actions is learned beside their mean, where it is wide and where it is narrow. */
    @Test
    void cloningByLikelihoodKnowsHowSureActionsAre() {
        // Before the squash: mean 0.5 x, deviation 0.3 where x > 0 and 0.05 elsewhere.
        RandomStream normal = RandomStream.of(8, "normal");
        Transitions data = oneStep(4000,
                (x, _) -> 2 * Math.tanh(0.5 * x + (x > 0 ? 0.3 : 0.05) * normal.gaussian()), (x, a) -> 0);
        try (OfflineLearner learner = learner(OfflineAlgorithm.GAUSSIAN_CLONING, data, 0.99)) {
            train(learner, data, 1500);
            try (GaussianActor actor = learner.policy(); TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                // Raw observations 5 + 3 x for x = -0.6 and x = 0.6.
                GaussianActor.Heads heads = actor.heads(Tensors.of(new float[]{3.2f, 6.8f}, 2, 1));
                double[] mean = heads.mean().toDoubles();
                double[] logDeviation = heads.logStd().toDoubles();
                assertThat(mean[0]).isCloseTo(-0.3, within(0.06));
                assertThat(mean[1]).isCloseTo(0.3, within(0.06));
                assertThat(Math.exp(logDeviation[0])).isBetween(0.04, 0.08);
                assertThat(Math.exp(logDeviation[1])).isBetween(0.24, 0.37);
            }
        }
    }

    /** Actions are uniform, so that imitation gives 0; the best one is near the upper end for some states, the lower for others. */
    @ParameterizedTest
    @EnumSource(names = {"TD3_BC", "IQL", "SAC", "SIMULATORS_SAC"})
    void learnersFindTheBestActionOfTheDataWhereImitationDoesNot(OfflineAlgorithm algorithm) {
        Rule best = (x, noise) -> x > 0 ? 1.2 : -1.2;
        Transitions data = oneStep(2000, (x, noise) -> 2 * noise, (x, a) -> -(a - best.of(x, 0)) * (a - best.of(x, 0)));
        try (OfflineLearner learner = learner(algorithm, data, 0.99);
                OfflineLearner imitation = learner(OfflineAlgorithm.BEHAVIOUR_CLONING, data, 0.99)) {
            train(learner, data, 1500);
            train(imitation, data, 300);
            assertThat(error(learner, best)).isLessThan(0.4);
            assertThat(error(imitation, best)).isGreaterThan(0.5);
        }
    }

    /** With every next state worth about 1000 the target is {@code 1 + γ 1000}, and 1 before a terminal. */
    @ParameterizedTest
    @EnumSource(names = {"TD3_BC", "IQL", "SAC", "SIMULATORS_SAC"})
    void targetsAreDiscountedAndStopAtTerminals(OfflineAlgorithm algorithm) {
        int n = 50;
        float[] ones = new float[n];
        Arrays.fill(ones, 1);
        boolean[] all = new boolean[n];
        Arrays.fill(all, true);
        Transitions cut = new Transitions(1, 1, new float[n], new float[n], ones, new float[n], new boolean[n], all);
        Transitions ended = new Transitions(1, 1, new float[n], new float[n], ones, new float[n], all, new boolean[n]);
        assertThat(firstCriticLoss(algorithm, cut)).isCloseTo(2 * 501 * 501, within(10_000.0));
        assertThat(firstCriticLoss(algorithm, ended)).isCloseTo(2, within(2.0));
    }

    /** The sum of both critics' losses; new critics are near 0. */
    private static double firstCriticLoss(OfflineAlgorithm algorithm, Transitions data) {
        try (OfflineLearner learner = learner(algorithm, data, 0.5); TorchScope _ = new TorchScope()) {
            try (NoGrad _ = new NoGrad()) {
                String next = algorithm == OfflineAlgorithm.IQL ? "value.2.bias" : "target.critics.2.bias";
                Objects.requireNonNull(learner.named("").get(next)).fill_(1000);
            }
            return Objects.requireNonNull(train(learner, data, 1).get("critic_loss"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void equalSeedsGiveEqualPoliciesAndOthersDiffer(OfflineAlgorithm algorithm) {
        Transitions data = oneStep(200, (x, noise) -> noise, (x, a) -> a);
        float[] once = weights(algorithm, data, 1);
        assertThat(weights(algorithm, data, 1)).isEqualTo(once);
        assertThat(weights(algorithm, data, 2)).isNotEqualTo(once);
    }

    private static float[] weights(OfflineAlgorithm algorithm, Transitions data, long seed) {
        try (OfflineLearner learner = algorithm.learner(data, SCALE, HIDDEN, 0.9, 11, seed)) {
            train(learner, data, 11);
            try (GaussianActor policy = learner.policy(); TorchScope _ = new TorchScope()) {
                return policy.parameters().flat().toFloats();
            }
        }
    }

    @Test
    void rewardScaleMakesReturnsSpanAThousand() {
        float[] rewards = {1, 2, -3, 4, 10};
        boolean[] terminals = {false, true, false, false, false};
        boolean[] timeouts = {false, false, false, true, false};
        Transitions data = new Transitions(1, 1, new float[5], new float[5], rewards, new float[5], terminals,
                timeouts);
        assertThat(RewardScale.of(data)).isEqualTo(1000 / 9.0); // returns 3, 1 and 10
        assertThat(RewardScale.of(new Transitions(1, 1, new float[2], new float[2], new float[2], new float[2],
                new boolean[2], new boolean[2]))).isEqualTo(1);
    }
}
