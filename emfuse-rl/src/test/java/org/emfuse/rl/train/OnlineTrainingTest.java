package org.emfuse.rl.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;

import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.Step;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** What a step in the environment leaves in the memory. */
class OnlineTrainingTest {

    /** The task ends at step 7 of an episode, or its time is up then. */
    private static Env ending(boolean terminates) {
        return new AlteredPointMass((number, step) -> new Step(step.observation(), step.reward(),
                terminates && number == 7, !terminates && number == 7));
    }

    private static float[] terminals(boolean terminates) {
        try (OnlineTraining training = new OnlineTraining(Runs.online(21), ending(terminates));
                TorchScope _ = new TorchScope()) {
            int episodes = 0;
            while (!training.done()) {
                OnlineTraining.Progress progress = training.step();
                episodes += progress.episodeEnded() ? 1 : 0;
                assertThat(progress.episodeLength()).isBetween(1L, 7L);
            }
            assertThat(episodes).isEqualTo(3);
            return Objects.requireNonNull(training.named().get("replay.terminals")).toFloats();
        }
    }

    @Test
    void timeLimitsAreNotTerminals() {
        assertThat(terminals(false)).hasSize(21).containsOnly(0);
    }

    @Test
    void endsOfTheTaskAre() {
        float[] expected = new float[21];
        expected[6] = 1;
        expected[13] = 1;
        expected[20] = 1;
        assertThat(terminals(true)).isEqualTo(expected);
    }

    @Test
    void updatesBeginAfterTheRandomSteps() {
        try (OnlineTraining training = new OnlineTraining(Runs.online(60), new PointMass1D())) {
            while (!training.done()) {
                OnlineTraining.Progress progress = training.step();
                assertThat(progress.metrics() != null).isEqualTo(progress.steps() > 40);
            }
        }
    }
}
