package org.emfuse.rl.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;

/** Rollouts in simulators whose every prediction is known. */
class RolloutsTest {

    private static final Policy UNIFORM = (observation, random) -> new double[]{random.uniform(-1, 1)};
    private static final Transitions DATA = LinearSystem.exact(4, 20, 10);

    private record Made(int trajectory, int step, double[] state, double[] action, double reward, double[] next,
            double uncertainty, boolean terminated) {}

    private static Rollouts.Summary run(EnergyDynamics dynamics, Transitions data, Predicate<double[]> termination,
            int count, int horizon, long seed, List<Made> made) {
        return new Rollouts(dynamics, new StartHistories(data, dynamics.longestSlice()), termination).run(UNIFORM,
                count, horizon, RandomStream.of(seed, "rollouts"),
                (trajectory, step, state, action, reward, next, uncertainty, terminated) -> made
                        .add(new Made(trajectory, step, state, action, reward, next, uncertainty, terminated)));
    }

    @Test
    void trajectoriesFollowTheSystemFromLoggedStates() {
        List<Made> made = new ArrayList<>();
        try (ExactSimulator simulator = new ExactSimulator(3)) {
            Rollouts.Summary summary = run(simulator.dynamics(), DATA, _ -> false, 30, 4, 1, made);
            assertThat(summary.steps()).isEqualTo(120);
            assertThat(summary.terminated()).isZero();
            assertThat(summary.dropped()).isZero();
            assertThat(summary.reward()).isCloseTo(made.stream().mapToDouble(Made::reward).average().orElseThrow(),
                    within(1e-12));
            assertThat(summary.uncertainty()).isLessThan(1e-3);
        }
        Set<List<Float>> logged = new HashSet<>();
        for (int i = 0; i < DATA.size(); i++) {
            logged.add(List.of(DATA.observations()[2 * i], DATA.observations()[2 * i + 1]));
        }
        Map<Integer, Made> last = new HashMap<>();
        for (Made step : made) {
            Made before = last.put(step.trajectory, step);
            if (before == null) {
                assertThat(step.step).isZero();
                assertThat(logged).contains(List.of((float) step.state[0], (float) step.state[1]));
            } else {
                assertThat(step.step).isEqualTo(before.step + 1);
                assertThat(step.state).isEqualTo(before.next);
            }
            double[] expected = LinearSystem.next(step.state, step.action[0]);
            assertThat(step.next[0]).isCloseTo(expected[0], within(2e-3));
            assertThat(step.next[1]).isCloseTo(expected[1], within(2e-3));
            assertThat(step.reward).isCloseTo(expected[0] - 0.1 * step.action[0] * step.action[0], within(2e-3));
        }
        assertThat(last).hasSize(30);
    }

    @Test
    void trajectoriesEndWhereTheTaskDoes() {
        List<Made> made = new ArrayList<>();
        try (ExactSimulator simulator = new ExactSimulator(2)) {
            Rollouts.Summary summary = run(simulator.dynamics(), DATA, next -> next[0] > 0.3, 50, 5, 2, made);
            assertThat(summary.terminated()).isEqualTo((int) made.stream().filter(Made::terminated).count());
            assertThat(summary.terminated()).isBetween(5, 49);
            assertThat(summary.steps()).isEqualTo(made.size()).isLessThan(250);
        }
        Set<Integer> ended = new HashSet<>();
        for (Made step : made) {
            assertThat(step.terminated).isEqualTo(step.next[0] > 0.3);
            assertThat(ended).doesNotContain(step.trajectory);
            if (step.terminated) {
                ended.add(step.trajectory);
            }
        }
    }

    /** Predictions that are not numbers are counted, never heard of, and end their trajectory alone. */
    @Test
    void brokenTrajectoriesAreDroppedAndCounted() {
        List<Made> made = new ArrayList<>();
        List<Made> whole = new ArrayList<>();
        double edge = 0.4;
        try (ExactSimulator simulator = new ExactSimulator(2);
                ExactSimulator broken = ExactSimulator.brokenBeyond(2,
                        edge)) {
            run(simulator.dynamics(), DATA, _ -> false, 60, 5, 3, whole);
            Rollouts.Summary summary = run(broken.dynamics(), DATA, _ -> false, 60, 5, 3, made);
            assertThat(summary.dropped()).isBetween(5, 55);
            assertThat(summary.steps()).isEqualTo(made.size());
            assertThat(summary.reward()).isFinite();
            assertThat(summary.uncertainty()).isFinite();
            assertThat(summary.terminated()).isZero();
        }
        assertThat(made.size()).isLessThan(whole.size());
        for (Made step : made) {
            assertThat(step.next).satisfies(next -> assertThat(Double.isFinite(next[0] + next[1])).isTrue());
            assertThat(step.reward + step.uncertainty).isFinite();
            assertThat(step.state[0]).isLessThanOrEqualTo(edge);
        }
    }

    @Test
    void equalSeedsGiveEqualRolloutsForAnyNumberOfWorkers() {
        List<List<Made>> runs = new ArrayList<>();
        for (int threads : new int[]{1, 2, 1}) {
            List<Made> made = new ArrayList<>();
            try (ExactSimulator simulator = new ExactSimulator(3, threads)) {
                run(simulator.dynamics(), DATA, _ -> false, 300, 2, runs.size() < 2 ? 1 : 2, made); // 900 chains a step
            }
            runs.add(made);
        }
        assertThat(runs.get(1)).usingRecursiveComparison().isEqualTo(runs.get(0));
        assertThat(runs.get(2).getFirst().next()).isNotEqualTo(runs.get(0).getFirst().next());
    }

    // Starts.

    @Test
    void historiesBeforeAStartAreOfItsEpisode() {
        StartHistories starts = new StartHistories(DATA, 3);
        assertThat(starts.before()).isEqualTo(2);
        RandomStream random = RandomStream.of(1, "starts");
        Histories histories = new Histories(1, 3, 2, 1);
        Set<Float> places = new HashSet<>();
        for (int n = 0; n < 3000; n++) {
            double[] state = starts.draw(histories, 0, random);
            assertThat(histories.valid(0)).isEqualTo(2);
            int place = row(state);
            assertThat(place % 10).isGreaterThanOrEqualTo(2);
            assertThat(row(histories.start(0, 1))).isEqualTo(place - 1);
            assertThat(row(histories.start(0, 2))).isEqualTo(place - 2);
            places.add((float) place);
        }
        assertThat(places).hasSize(8 * 20);
    }

    private static int row(double[] state) {
        for (int i = 0; i < DATA.size(); i++) {
            if (DATA.observations()[2 * i] == (float) state[0] && DATA.observations()[2 * i + 1] == (float) state[1]) {
                return i;
            }
        }
        throw new AssertionError("no logged state");
    }

    @Test
    void episodesShorterThanTheHistoryGiveWhatTheyHave() {
        Transitions data = LinearSystem.episodes(1, 0, 2, 1, 2);
        StartHistories starts = new StartHistories(data, 5);
        assertThat(starts.before()).isEqualTo(1);
        List<Made> made = new ArrayList<>();
        try (ExactSimulator simulator = new ExactSimulator(5)) {
            Rollouts.Summary summary = run(simulator.dynamics(), data, _ -> false, 8, 3, 1, made);
            assertThat(summary.steps()).isEqualTo(24);
            assertThat(summary.dropped()).isZero();
        }
        assertThatThrownBy(() -> new StartHistories(data.rows(0, 0), 3)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there are none");
    }
}
