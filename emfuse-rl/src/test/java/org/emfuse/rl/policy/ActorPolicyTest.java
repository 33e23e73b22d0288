package org.emfuse.rl.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.TorchRandom;
import org.junit.jupiter.api.Test;

/** A network as a policy: its randomness, and what it refuses. */
class ActorPolicyTest {

    private static GaussianActor actor() {
        return new GaussianActor(2, new double[]{1.5}, new int[]{8}, new TorchRandom(1));
    }

    private static RandomStream random(long seed) {
        return RandomStream.of(seed, "test");
    }

    @Test
    void actionsDoNotDependOnHowManyAreAskedForTogether() {
        double[][] observations = {{0.1, 0.2}, {-1, 1}, {3, 0}};
        try (GaussianActor actor = actor()) {
            for (Policy policy : new Policy[]{ActorPolicy.stochastic(actor), ActorPolicy.deterministic(actor)}) {
                double[][] together = policy.actAll(observations, new RandomStream[]{random(1), random(2), random(3)});
                for (int i = 0; i < 3; i++) {
                    assertThat(policy.act(observations[i], random(i + 1))[0]).isCloseTo(together[i][0],
                            within(1e-6));
                }
            }
            assertThat(ActorPolicy.stochastic(actor).act(observations[0], random(1)))
                    .isNotEqualTo(ActorPolicy.stochastic(actor).act(observations[0], random(2)));
        }
    }

    @Test
    void observationsOfTheWrongLengthOrNotFiniteAreRefused() {
        try (GaussianActor actor = actor()) {
            Policy policy = ActorPolicy.deterministic(actor);
            assertThatThrownBy(() -> policy.act(new double[3], random(1))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("observations of 2 values, found 3");
            assertThatThrownBy(() -> policy.act(new double[]{0, Double.NaN}, random(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("value 1 of an observation is NaN");
        }
    }

    @Test
    void networksThatGiveNoNumbersAreNamed() {
        try (GaussianActor actor = actor(); NoGrad _ = new NoGrad()) {
            actor.parameters().get(0).fill_(Double.NaN);
            assertThatThrownBy(() -> ActorPolicy.deterministic(actor).act(new double[2], random(1)))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("gave NaN as an action");
        }
    }
}
