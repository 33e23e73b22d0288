package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every environment must hold. Extend it, and say which environment. */
public abstract class EnvContract {

    private Env env;

    /** A new environment. */
    protected abstract Env make();

    @BeforeEach
    void open() {
        env = make();
    }

    @AfterEach
    void close() {
        env.close();
    }

    private double[] randomAction(RandomStream random) {
        double[] action = env.spec().actionScale();
        for (int i = 0; i < action.length; i++) {
            action[i] *= random.uniform(-1, 1);
        }
        return action;
    }

    /** Plays an episode of random actions to its end. */
    private static List<Step> play(Env env, long seed, long actionSeed) {
        List<Step> steps = new ArrayList<>();
        env.reset(seed);
        RandomStream random = RandomStream.of(actionSeed, "contract");
        do {
            double[] action = env.spec().actionScale();
            for (int i = 0; i < action.length; i++) {
                action[i] *= random.uniform(-1, 1);
            }
            steps.add(env.step(action));
        } while (!steps.getLast().last());
        return steps;
    }

    private static void assertSame(List<Step> found, List<Step> expected) {
        assertThat(found).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void equalSeedsAndActionsGiveEqualEpisodesInAnyInstance() {
        double[] first = env.reset(5);
        List<Step> episode = play(env, 5, 1);
        assertThat(env.reset(5)).containsExactly(first);
        assertSame(play(env, 5, 1), episode);
        try (Env other = make()) {
            play(other, 6, 2);
            assertSame(play(other, 5, 1), episode);
        }
    }

    @Test
    void differentSeedsGiveDifferentStarts() {
        List<List<Double>> starts = new ArrayList<>();
        for (long seed : new long[]{0, 1, 2, -1, Long.MAX_VALUE, 1L << 40}) {
            starts.add(Arrays.stream(env.reset(seed)).boxed().toList());
        }
        assertThat(starts).doesNotHaveDuplicates();
    }

    @Test
    void observationsHaveTheirSizesAndRangesAndEpisodesEndByTheRules() {
        EnvSpec spec = env.spec();
        for (int episode = 0; episode < 5; episode++) {
            requireInRange(spec, env.reset(episode));
            List<Step> steps = play(env, episode, episode);
            for (Step step : steps) {
                requireInRange(spec, step.observation());
                assertThat(step.reward()).isFinite();
                assertThat(step.terminated() && step.truncated()).isFalse();
            }
            assertThat(steps.size()).isLessThanOrEqualTo(spec.horizon());
            assertThat(steps.getLast().truncated())
                    .isEqualTo(steps.size() == spec.horizon() && !steps.getLast().terminated());
        }
    }

    private static void requireInRange(EnvSpec spec, double[] observation) {
        assertThat(observation).hasSize(spec.observationSize());
        for (int i = 0; i < observation.length; i++) {
            Quantity quantity = spec.observations().get(i);
            assertThat(observation[i]).as(quantity.name()).isFinite().isBetween(quantity.low(), quantity.high());
        }
    }

    @Test
    void staysFiniteUnderTheLargestActions() {
        for (double sign : new double[]{1, -1}) {
            env.reset(3);
            double[] action = env.spec().actionScale();
            for (int i = 0; i < action.length; i++) {
                action[i] *= i % 2 == 0 ? sign : 1;
            }
            Step step;
            do {
                step = env.step(action);
                requireInRange(env.spec(), step.observation());
                assertThat(step.reward()).isFinite();
            } while (!step.last());
        }
    }

    @Test
    void specificationIsUsable() {
        EnvSpec spec = env.spec();
        assertThat(spec.id()).matches("[A-Za-z0-9]+-v\\d+(:.+)?");
        assertThat(spec.timeStep()).isPositive();
        assertThat(spec.horizon()).isPositive();
        assertThat(spec.observations()).doesNotHaveDuplicates();
        assertThat(spec.actions()).isNotEmpty().doesNotHaveDuplicates();
        assertThat(spec.actionScale()).hasSize(spec.actionSize());
        assertThat(spec.reference().random()).isLessThan(spec.reference().reference());
    }

    @Test
    void actionsBeyondTheRangeAreClippedToIt() {
        double[] most = env.spec().actionScale();
        double[] more = Arrays.stream(most).map(a -> -3 * a).toArray();
        double[] least = Arrays.stream(most).map(a -> -a).toArray();
        env.reset(1);
        List<Step> clipped = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clipped.add(env.step(more.clone()));
        }
        env.reset(1);
        List<Step> within = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            within.add(env.step(least.clone()));
        }
        assertSame(clipped, within);
    }

    @Test
    void refusesWrongActionsWithoutMoving() {
        env.reset(2);
        env.step(randomAction(RandomStream.of(4, "contract")));
        double[] before = env.state();
        int size = env.spec().actionSize();
        List<double[]> wrong = new ArrayList<>(List.of(new double[size + 1], new double[size - 1]));
        for (double value : new double[]{Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            double[] action = new double[size];
            action[size - 1] = value;
            wrong.add(action);
        }
        for (double[] action : wrong) {
            assertThatThrownBy(() -> env.step(action)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(env.spec().id());
            assertThat(env.state()).containsExactly(before);
        }
    }

    @Test
    void aSavedStateContinuesBitForBitInAnyInstance() {
        RandomStream random = RandomStream.of(9, "contract");
        double[] observation = env.reset(7);
        // Not a multiple of any delay, so that the queue of pending actions is saved in mid-turn.
        for (int i = 0; i < 11; i++) {
            observation = env.step(randomAction(random)).observation();
        }
        double[] saved = env.state();
        byte[] randomState = random.state();
        List<Step> expected = playOn(env, random);
        try (Env other = make()) {
            assertThat(other.restore(saved)).containsExactly(observation);
            assertThat(other.state()).containsExactly(saved);
            random.restore(randomState);
            assertSame(playOn(other, random), expected);
        }
    }

    private List<Step> playOn(Env running, RandomStream random) {
        List<Step> steps = new ArrayList<>();
        do {
            steps.add(running.step(randomAction(random)));
        } while (!steps.getLast().last());
        return steps;
    }

    @Test
    void anEndedEpisodeIsSavedAsEnded() {
        List<Step> steps = play(env, 3, 3);
        double[] saved = env.state();
        try (Env other = make()) {
            assertThat(other.restore(saved)).containsExactly(steps.getLast().observation());
            assertThatThrownBy(() -> other.step(new double[other.spec().actionSize()]))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesWrongStates() {
        env.reset(2);
        double[] state = env.state();
        assertThatThrownBy(() -> env.restore(Arrays.copyOf(state, state.length + 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("" + state.length);
        for (int i = 0; i < state.length; i++) {
            double[] wrong = state.clone();
            wrong[i] = Double.NaN;
            assertThatThrownBy(() -> env.restore(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(env.state()).containsExactly(state);
    }

    @Test
    void refusesToStepBeforeTheFirstReset() {
        double[] action = new double[env.spec().actionSize()];
        assertThatThrownBy(() -> env.step(action)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reset");
        assertThatThrownBy(env::state).isInstanceOf(IllegalStateException.class).hasMessageContaining("reset");
    }

    @Test
    void refusesToStepAfterTheEndUntilReset() {
        play(env, 3, 3);
        double[] action = new double[env.spec().actionSize()];
        assertThatThrownBy(() -> env.step(action)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reset");
        env.reset(3);
        assertThat(env.step(action).observation()).hasSize(env.spec().observationSize());
    }

    @Test
    void isOfNoUseAfterClose() {
        env.reset(1);
        double[] state = env.state();
        env.close();
        env.close();
        assertThatThrownBy(() -> env.step(new double[env.spec().actionSize()]))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> env.reset(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> env.restore(state)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(env::state).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sharesNoArrayWithItsCaller() {
        List<Step> expected = play(env, 8, 8);
        double[] first = env.reset(8);
        Arrays.fill(first, 1e6);
        Arrays.fill(env.state(), 1e6);
        Arrays.fill(env.spec().actionScale(), 1e6);
        RandomStream random = RandomStream.of(8, "contract");
        for (Step step : expected) {
            double[] action = randomAction(random);
            Step found = env.step(action);
            assertThat(found).usingRecursiveComparison().isEqualTo(step);
            Arrays.fill(action, 1e6);
            Arrays.fill(found.observation(), 1e6);
        }
    }

    @Test
    void aSavedStateIsNotChangedByStepping() {
        env.reset(8);
        double[] saved = env.state();
        double[] copy = saved.clone();
        env.step(env.spec().actionScale());
        assertThat(saved).containsExactly(copy);
        env.restore(saved);
        env.step(env.spec().actionScale());
        assertThat(saved).containsExactly(copy);
    }
}
