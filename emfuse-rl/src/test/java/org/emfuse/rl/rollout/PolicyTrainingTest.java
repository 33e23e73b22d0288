package org.emfuse.rl.rollout;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Dynamics;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.Arrays;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.offline.OfflineAlgorithm;
import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.train.OfflineConfig;
import org.emfuse.rl.train.OfflineTraining;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learning in a simulator: what is stored and learned from, resume, and simulators that break. */
class PolicyTrainingTest {

    private static final Transitions DATA = LinearSystem.episodes(4, 20, 10);

    @TempDir
    private Path folder;

    private static PolicyConfig config(double penalty, double inTarget, double realShare, long seed) {
        SacConfig sac = SacConfig.offline().withHidden(List.of(16, 16)).withBatch(20).withPenalty(inTarget);
        return new PolicyConfig("", List.of("model"), "hash", "emfuse", "exact", sac, 50, 20, 15, 3, 2, realShare,
                penalty, 100,
                1, 1, seed);
    }

    private static List<Object> train(PolicyTraining training, long until) {
        List<Object> seen = new ArrayList<>();
        while (training.steps() < until) {
            PolicyTraining.Progress progress = training.step();
            seen.add(progress.metrics());
            Rollouts.Summary made = progress.rollouts();
            seen.add(made == null ? "" : made);
        }
        return seen;
    }

    private static float[] weights(PolicyTraining training) {
        return training.actor().parameters().flat().toFloats();
    }

    private Path saved(PolicyTraining training) {
        Path path = folder.resolve("checkpoint" + training.steps());
        try (TorchScope _ = new TorchScope()) {
            SafetensorsFile.write(path, training.named(), Map.of());
        }
        return path;
    }

    @Test
    void trainingsGoOnWhereTheyWereStopped() {
        PolicyConfig config = config(1, 0, 0.25, 3);
        List<Object> whole;
        float[] weights;
        try (ExactSimulator simulator = new ExactSimulator(3);
                PolicyTraining training = new PolicyTraining(config, simulator.dynamics(), DATA)) {
            whole = train(training, 50);
            weights = weights(training);
            assertThat(training.done()).isTrue();
        }
        List<Object> pieces = new ArrayList<>();
        Path last = null;
        for (long stop : new long[]{0, 1, 20, 21, 50}) { // before and after rollouts
            try (ExactSimulator simulator = new ExactSimulator(3, 2);
                    PolicyTraining training = new PolicyTraining(config, simulator.dynamics(), DATA)) {
                if (last != null) {
                    training.load(SafetensorsFile.open(last));
                }
                pieces.addAll(train(training, stop));
                last = saved(training);
                if (stop == 50) {
                    assertThat(weights(training)).isEqualTo(weights);
                }
            }
        }
        assertThat(pieces).isEqualTo(whole);
    }

    /** Where a simulator's rollouts are not learned from, its learner is the control without a model, bit for bit. */
    @Test
    void theControlWithoutAModelIsTheSameLearner() {
        SacConfig sac = SacConfig.online().withHidden(List.of(16, 16)).withBatch(20);
        PolicyConfig logged = new PolicyConfig("", List.of("model"), "hash", "emfuse", "exact", sac, 50, 20, 15, 3, 2,
                1,
                0, 100, 1, 1, 3);
        double scale = LinearSystem.space().actions().getFirst().high();
        OfflineConfig without = new OfflineConfig(OfflineAlgorithm.SIMULATORS_SAC, "", "hash", List.of(scale), 50, 20,
                List.of(16, 16), sac.gamma(), 100, 1, 1, 3);
        try (ExactSimulator simulator = new ExactSimulator(3);
                PolicyTraining training = new PolicyTraining(logged, simulator.dynamics(), DATA);
                OfflineTraining control = new OfflineTraining(without, DATA)) {
            while (!training.done()) {
                assertThat(control.step().metrics()).isEqualTo(training.step().metrics().named());
            }
            assertThat(control.done()).isTrue();
            try (GaussianActor policy = control.policy()) {
                assertThat(policy.parameters().flat().toFloats()).isEqualTo(weights(training));
            }
        }
    }

    @Test
    void rolloutsAreMadeEverySoOftenAndTheOldestLeave() {
        try (ExactSimulator simulator = new ExactSimulator(3);
                PolicyTraining training = new PolicyTraining(config(0, 0, 0, 1), simulator.dynamics(), DATA)) {
            for (int step = 0; step < 50; step++) {
                Rollouts.Summary made = training.step().rollouts();
                assertThat(made != null).isEqualTo(step % 20 == 0);
                if (made != null) {
                    assertThat(made.steps()).isEqualTo(45);
                }
            }
            try (TorchScope _ = new TorchScope()) {
                assertThat(tensor(training, "model.added").item()).isEqualTo(135);
                assertThat(tensor(training, "model.rewards").size(0)).isEqualTo(90); // two refreshes are kept
            }
        }
    }

    private static Tensor tensor(PolicyTraining training, String name) {
        return Objects.requireNonNull(training.named().get(name));
    }

    /** The first form: what is stored is r - c u; u itself is stored for the second form in either case. */
    @Test
    void rewardsAreLoweredByTheUncertainty() {
        float[][] rewards = new float[2][];
        float[][] uncertainties = new float[2][];
        double[] penalties = {0, 30};
        for (int run = 0; run < 2; run++) {
            try (ExactSimulator simulator = new ExactSimulator(3);
                    PolicyTraining training = new PolicyTraining(config(penalties[run], 0, 0, 1), simulator.dynamics(),
                            DATA);
                    TorchScope _ = new TorchScope()) {
                training.step();
                rewards[run] = tensor(training, "model.rewards").toFloats();
                uncertainties[run] = tensor(training, "model.penalties").toFloats();
            }
        }
        assertThat(uncertainties[1]).isEqualTo(uncertainties[0]);
        double largest = 0;
        for (int i = 0; i < rewards[0].length; i++) {
            assertThat((double) rewards[1][i]).isCloseTo(rewards[0][i] - 30.0 * uncertainties[0][i], within(1e-5));
            largest = Math.max(largest, uncertainties[0][i]);
        }
        assertThat(largest).isGreaterThan(1e-3); // logged histories have noise
    }

    @Test
    void theSecondFormOfThePenaltyChangesWhatCriticsLearn() {
        float[][] weights = new float[3][];
        double[] penalties = {0, 50, 50};
        for (int run = 0; run < 3; run++) {
            try (ExactSimulator simulator = new ExactSimulator(3);
                    PolicyTraining training = new PolicyTraining(
                            config(0, penalties[run], 0.25, 1), simulator.dynamics(), DATA)) {
                train(training, 5);
                try (TorchScope _ = new TorchScope()) {
                    weights[run] = training.named().entrySet().stream().filter(e -> e.getKey().contains("critics"))
                            .findFirst().orElseThrow().getValue().toFloats();
                }
            }
        }
        assertThat(weights[1]).isEqualTo(weights[2]);
        assertThat(weights[1]).isNotEqualTo(weights[0]);
    }

    @Test
    void theShareOfDataCountsInRows() {
        assertThat(config(0, 0, 0, 1).realRows()).isZero();
        assertThat(config(0, 0, 0.25, 1).realRows()).isEqualTo(5);
        assertThat(config(0, 0, 1, 1).realRows()).isEqualTo(20);
        for (double share : new double[]{0, 0.25, 1}) {
            try (ExactSimulator simulator = new ExactSimulator(2);
                    PolicyTraining training = new PolicyTraining(config(0, 0, share, 1), simulator.dynamics(), DATA)) {
                assertThat(train(training, 3)).hasSize(6);
            }
        }
    }

    /** What is left of earlier rollouts does not hide that a simulator broke. */
    @Test
    void aSimulatorThatBreaksLaterStopsTheTraining() {
        try (ExactSimulator simulator = new ExactSimulator(2)) {
            AtomicBoolean broken = new AtomicBoolean();
            Dynamics exact = simulator.dynamics();
            Dynamics breaking = new Dynamics() {
                @Override
                public String name() {
                    return "breaking";
                }

                @Override
                public TransitionSpace space() {
                    return exact.space();
                }

                @Override
                public int longestSlice() {
                    return exact.longestSlice();
                }

                @Override
                public Prediction predict(Histories histories, int[] trajectories, RandomStream random) {
                    Prediction prediction = exact.predict(histories, trajectories, random);
                    if (broken.get()) {
                        Arrays.stream(prediction.next()).forEach(state -> Arrays.fill(state, Double.NaN));
                    }
                    return prediction;
                }

                @Override
                public void close() {}
            };
            try (PolicyTraining training = new PolicyTraining(config(0, 0, 0, 1), breaking, DATA)) {
                assertThat(training.step().rollouts()).isNotNull();
                broken.set(true);
                assertThatThrownBy(() -> {
                    while (!training.done()) {
                        training.step();
                    }
                }).isInstanceOf(IllegalStateException.class).hasMessageContaining("no rollout");
            }
        }
    }

    /** A simulator of which nothing is finite stops the training; one that breaks in places goes on without them. */
    @Test
    void predictionsThatAreNotNumbersAreNeverLearnedFrom() {
        try (ExactSimulator simulator = ExactSimulator.brokenBeyond(3, Double.NEGATIVE_INFINITY);
                PolicyTraining training = new PolicyTraining(config(0, 0, 0, 1), simulator.dynamics(), DATA)) {
            assertThatThrownBy(training::step).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("diverged at step 0").hasMessageContaining("no rollout");
        }
        try (ExactSimulator simulator = ExactSimulator.brokenBeyond(3, 0.3);
                PolicyTraining training = new PolicyTraining(config(0, 0, 0, 1), simulator.dynamics(), DATA);
                TorchScope _ = new TorchScope()) {
            Rollouts.Summary made = Objects.requireNonNull(training.step().rollouts());
            assertThat(made.dropped()).isPositive();
            assertThat(tensor(training, "model.added").item()).isEqualTo((double) made.steps());
            training.named().forEach((name, values) -> assertThat(values.allFinite()).as(name).isTrue());
        }
    }

    @Test
    void dataAndSettingsThatDoNotFitAreRefused() {
        Transitions other = new Transitions(3, 1, new float[3], new float[1], new float[1], new float[3],
                new boolean[1], new boolean[1]);
        try (ExactSimulator simulator = new ExactSimulator(2)) {
            assertThatThrownBy(() -> new PolicyTraining(config(0, 0, 0, 1), simulator.dynamics(), other))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3 observation")
                    .hasMessageContaining("exact has 2 and 1");
            assertThatThrownBy(() -> new PolicyTraining(config(0, 0, 0, 1), simulator.dynamics(), DATA.rows(0, 0)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("there are none");
        }
        assertThatThrownBy(() -> config(1, 1, 0, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one form of the penalty");
        assertThatThrownBy(() -> config(0, 0, 1.5, 1)).hasMessageContaining("[0, 1], found 1.5");
        assertThatThrownBy(() -> config(-1, 0, 0, 1)).hasMessageContaining("a penalty >= 0");
    }
}
