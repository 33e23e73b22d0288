package org.emfuse.rl.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;

/** Values of policies in simulators whose every reward is known, and how values rank policies. */
class PolicyValueTest {

    private static final Policy STILL = (_, _) -> new double[]{0};

    /** One episode that begins at a state, so that every rollout begins there. */
    private static Transitions from(double x, double y) {
        double[] next = LinearSystem.next(new double[]{x, y}, 0);
        return new Transitions(2, 1, new float[]{(float) x, (float) y}, new float[1], new float[1],
                new float[]{(float) next[0], (float) next[1]}, new boolean[1], new boolean[]{true});
    }

    private static PolicyValue value(ExactSimulator simulator, Transitions data, int horizon) {
        Rollouts rollouts = new Rollouts(simulator.dynamics(), new StartHistories(data, 1), _ -> false);
        return PolicyValue.of(rollouts, STILL, 20, horizon, 0.9, RandomStream.of(1, "value"));
    }

    @Test
    void theValueIsTheDiscountedReturn() {
        double[] state = {0.5, 0.4};
        double expected = 0;
        for (int step = 0; step < 3; step++) {
            state = LinearSystem.next(state, 0);
            expected += Math.pow(0.9, step) * state[0];
        }
        try (ExactSimulator simulator = new ExactSimulator(1)) {
            PolicyValue value = value(simulator, from(0.5, 0.4), 3);
            assertThat(value.value()).isCloseTo(expected, within(5e-3));
            assertThat(value.deviation()).isLessThan(1e-6);
            assertThat(value.trajectories()).isEqualTo(20);
            assertThat(value.dropped()).isZero();
        }
    }

    /** From (0.5, 0.9) the first coordinate grows beyond 0.6 at once; from (0.1, 0) it never does. */
    @Test
    void trajectoriesThatBreakOnTheWayCountForNothing() {
        Transitions both = Transitions.concat(List.of(from(0.5, 0.9), from(0.1, 0)));
        try (ExactSimulator simulator = ExactSimulator.brokenBeyond(1, 0.6)) {
            PolicyValue value = value(simulator, both, 3);
            PolicyValue whole = value(simulator, from(0.1, 0), 3);
            assertThat(value.dropped()).isBetween(1, 19);
            assertThat(value.trajectories() + value.dropped()).isEqualTo(20);
            assertThat(value.value()).isCloseTo(whole.value(), within(1e-9));
            assertThat(value.deviation()).isLessThan(1e-6);
            assertThatThrownBy(() -> value(simulator, from(0.5, 0.9), 3)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("exact", "20 trajectories", "3 steps");
        }
    }

    @Test
    void episodesThatTheTaskEndsAreWhole() {
        try (ExactSimulator simulator = new ExactSimulator(1)) {
            Rollouts rollouts = new Rollouts(simulator.dynamics(), new StartHistories(from(0.5, 0.4), 1), _ -> true);
            PolicyValue value = PolicyValue.of(rollouts, STILL, 5, 10, 0.9, RandomStream.of(1, "value"));
            assertThat(value.trajectories()).isEqualTo(5);
            assertThat(value.value()).isCloseTo(LinearSystem.next(new double[]{0.5, 0.4}, 0)[0], within(2e-3));
        }
    }

    /** Ranks by hand: of values (3, 1, 2) and returns (-1, -5, -2) all pairs agree; (1, 3, 2) turns them round. */
    @Test
    void rankingsAreJudgedByOrderAndByTheFirstChoice() {
        List<Double> truth = List.of(-1.0, -5.0, -2.0);
        assertThat(PolicyValue.Ranking.of(List.of(3.0, 1.0, 2.0), truth)).isEqualTo(new PolicyValue.Ranking(1, 0));
        assertThat(PolicyValue.Ranking.of(List.of(1.0, 3.0, 2.0), truth)).isEqualTo(new PolicyValue.Ranking(-1, 1));
        assertThat(PolicyValue.Ranking.of(List.of(2.0, 1.0, 3.0), truth)).satisfies(ranking -> {
            assertThat(ranking.correlation()).isCloseTo(0.5, within(1e-12));
            assertThat(ranking.regret()).isCloseTo(0.25, within(1e-12));
        });
        assertThat(PolicyValue.Ranking.of(List.of(1.0), List.of(2.0)).correlation()).isNaN();
        assertThat(PolicyValue.Ranking.of(List.of(1.0, 2.0), List.of(4.0, 4.0)).regret()).isZero();
    }
}
