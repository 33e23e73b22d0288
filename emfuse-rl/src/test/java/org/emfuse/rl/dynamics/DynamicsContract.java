package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;

import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every simulator must hold. Extend it, and say which simulator. */
public abstract class DynamicsContract {

    private static final int N = 6;

    private Dynamics dynamics;

    /** A new simulator. */
    protected abstract Dynamics make();

    @BeforeEach
    void open() {
        dynamics = make();
    }

    @AfterEach
    void close() {
        dynamics.close();
    }

    /** Trajectory i has i + 1 pairs. */
    private Histories histories() {
        RandomStream random = RandomStream.of(4, "histories");
        TransitionSpace space = dynamics.space();
        Histories histories = new Histories(N, dynamics.longestSlice(), space.observationSize(), space.actionSize());
        for (int i = 0; i < N; i++) {
            for (int pair = 0; pair <= i; pair++) {
                histories.push(i, drawn(space.observationSize(), random), drawn(space.actionSize(), random));
            }
        }
        return histories;
    }

    private static double[] drawn(int size, RandomStream random) {
        return IntStream.range(0, size).mapToDouble(_ -> random.uniform(-0.5, 0.5)).toArray();
    }

    private static RandomStream stream(long seed) {
        return RandomStream.of(seed, "simulation");
    }

    @Test
    void aStepIsOneOfEachTrajectoryThatIsAskedFor() {
        int[] some = {4, 0, 2};
        Prediction prediction = dynamics.predict(histories(), some, stream(1));
        assertThat(prediction.next()).hasDimensions(3, dynamics.space().observationSize());
        assertThat(prediction.rewards()).hasSize(3);
        assertThat(prediction.uncertainty()).hasSize(3);
        assertThat(prediction.slices()).hasSize(3);
        for (int i = 0; i < some.length; i++) {
            for (double value : prediction.next()[i]) {
                assertThat(value).isFinite();
            }
            assertThat(prediction.rewards()[i]).isFinite();
            assertThat(prediction.uncertainty()[i]).isFinite().isNotNegative();
            assertThat(prediction.slices()[i]).isPositive();
        }
        assertThat(dynamics.longestSlice()).isPositive();
        assertThat(dynamics.name()).isNotBlank();
    }

    @Test
    void equalStreamsGiveEqualSteps() {
        int[] all = IntStream.range(0, N).toArray();
        Prediction once = dynamics.predict(histories(), all, stream(3));
        Prediction again = dynamics.predict(histories(), all, stream(3));
        assertThat(again.next()).isDeepEqualTo(once.next());
        assertThat(again.rewards()).containsExactly(once.rewards());
        assertThat(again.uncertainty()).containsExactly(once.uncertainty());
    }

    /** The uncertainty is that of the place: it depends on no draw, and on no other trajectory. */
    @Test
    void theUncertaintyIsOfItsTrajectoryAlone() {
        Prediction together = dynamics.predict(histories(), new int[]{1, 3, 5}, stream(1));
        Prediction alone = dynamics.predict(histories(), new int[]{3}, stream(2));
        assertThat(alone.uncertainty()[0]).isCloseTo(together.uncertainty()[1],
                within(1e-5));
        assertThat(alone.slices()[0]).isEqualTo(together.slices()[1]);
    }

    @Test
    void historiesAreOnlyRead() {
        Histories histories = histories();
        dynamics.predict(histories, new int[]{0, 5}, stream(1));
        Histories untouched = histories();
        for (int i = 0; i < N; i++) {
            assertThat(histories.valid(i)).isEqualTo(untouched.valid(i));
            assertThat(histories.state(i)).containsExactly(untouched.state(i));
            assertThat(histories.action(i)).containsExactly(untouched.action(i));
        }
    }

    @Test
    void closingTwiceIsClosingOnce() {
        dynamics.close();
        assertThatCode(dynamics::close).doesNotThrowAnyException();
    }
}
