package org.emfuse.rl.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;

import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Step;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** What a step in the environment leaves in the memory. */
class OnlineTrainingTest {

    /** A point mass whose task ends at step 7 of an episode, or whose time is up then. */
    private record Ending(PointMass1D mass, boolean terminates) implements Env {

        @Override
        public EnvSpec spec() {
            return mass.spec();
        }

        @Override
        public double[] reset(long seed) {
            return mass.reset(seed);
        }

        @Override
        public Step step(double[] action) {
            Step step = mass.step(action);
            boolean ends = mass.state()[2] == 7;
            return new Step(step.observation(), step.reward(), terminates && ends, !terminates && ends);
        }

        @Override
        public double[] state() {
            return mass.state();
        }

        @Override
        public double[] restore(double[] state) {
            return mass.restore(state);
        }

        @Override
        public void close() {
            mass.close();
        }
    }

    private static float[] terminals(boolean terminates) {
        try (OnlineTraining training = new OnlineTraining(Runs.online(21), new Ending(new PointMass1D(), terminates));
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
