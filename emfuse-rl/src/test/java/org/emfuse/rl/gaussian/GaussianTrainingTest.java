package org.emfuse.rl.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.HistoryDivergence;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.etm.HoldOut;
import org.emfuse.rl.etm.PredictionError;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.TorchScope;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.emfuse.stats.Statistics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A linear system with Gaussian noise: both kinds of model learn its means and its noise, and know where they know nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GaussianTrainingTest {

    private static final int K = 3;
    private static final double[] UNIT = {1, 1};

    private final GaussianTraining ensemble = trained(GaussianConfig.of(
            GaussianArchitecture.ensemble().withMembers(4, 2).withLayers(64, 2), 600, 1, "linear"));
    private final GaussianTraining anyStep = trained(
            GaussianConfig.of(GaussianArchitecture.anyStep(K).withLayers(48, 2), 900, 1, "linear").withBatch(128,
                    2e-3));

    private static GaussianTraining trained(GaussianConfig config) {
        GaussianTraining training = new GaussianTraining("linear", config, LinearSystem.SPACE,
                LinearSystem.data(200, 20, 7));
        while (!training.done()) {
            training.step();
        }
        return training;
    }

    @AfterAll
    void close() {
        ensemble.close();
        anyStep.close();
    }

    private GaussianTraining training(GaussianKind kind) {
        return kind == GaussianKind.ENSEMBLE ? ensemble : anyStep;
    }

    @ParameterizedTest
    @EnumSource
    void meansAndNoiseAreThoseOfTheSystem(GaussianKind kind) {
        GaussianModel model = training(kind).best();
        RandomStream random = RandomStream.of(3, "test");
        int k = model.architecture().longest();
        int n = 200;
        Histories histories = new Histories(n, k, 2, 1);
        List<double[]> expected = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double[] start = {random.uniform(-0.8, 0.8), random.uniform(-0.8, 0.8)};
            double[] s = start;
            double[] actions = new double[k];
            for (int t = 0; t < k; t++) {
                actions[t] = random.uniform(-0.8, 0.8);
                histories.push(i, s, new double[]{actions[t]});
                double[] change = LinearSystem.target(s, actions[t]);
                s = new double[]{s[0] + change[0], s[1] + change[1]};
            }
            for (int m = 1; m <= k; m++) {
                expected.add(LinearSystem.target(histories.start(i, m),
                        Arrays.copyOfRange(actions, k - m, k)));
            }
        }
        GaussianModel.Distributions given = model.given(histories.slices(IntStream.range(0, n).toArray(), k));
        int elite = model.elites()[0];
        double[] square = new double[3];
        double[] oneStepDeviation = new double[3];
        for (int row = 0; row < n * k; row++) {
            for (int j = 0; j < 3; j++) {
                square[j] += Math.pow(given.mean()[elite][row][j] - expected.get(row)[j], 2) / (n * k);
                oneStepDeviation[j] += row % k == 0 ? given.deviation()[elite][row][j] / n : 0;
            }
        }
        for (int j = 0; j < 3; j++) {
            assertThat(Math.sqrt(square[j])).as("error of mean %d", j).isLessThan(0.5 * LinearSystem.NOISE);
            assertThat(oneStepDeviation[j]).as("noise of %d", j).isBetween(0.8 * LinearSystem.NOISE,
                    1.3 * LinearSystem.NOISE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorOnDataApartIsTheNoise(GaussianKind kind) {
        PredictionError error = training(kind).bestErrorOnDataApart();
        int k = training(kind).config().architecture().longest();
        assertThat(error.rmse()).hasDimensions(k, 3);
        for (double rmse : error.rmse()[0]) {
            assertThat(rmse).isBetween(0.9 * LinearSystem.NOISE, 1.25 * LinearSystem.NOISE);
        }
        // Normalised by the targets' deviations, which is what the members' own errors are measured in.
        double mean = 0;
        for (double[] row : error.normalised()) {
            for (double e : row) {
                mean += e * e / (3 * k);
            }
        }
        double[] errors = training(kind).best().errors();
        int elite = training(kind).best().elites()[0];
        // Both are of the same rows; the scales are those of the training data in one and of the data apart in the other.
        assertThat(mean).isCloseTo(errors[elite], within(0.25 * errors[elite]));
    }

    private Dynamics simulator(GaussianKind kind, GaussianEnsemble.Uncertainty uncertainty) {
        GaussianModel model = training(kind).best();
        return kind == GaussianKind.ENSEMBLE
                ? new GaussianEnsemble(model, uncertainty, UNIT)
                : new AnyStepGaussian(model, PredictionRule.Next.RANDOM_SLICE,
                        new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, UNIT));
    }

    @ParameterizedTest
    @EnumSource
    void uncertaintyGrowsOutsideTheData(GaussianKind kind) {
        Dynamics dynamics = simulator(kind, GaussianEnsemble.Uncertainty.DISAGREEMENT); // closed with its training
        RandomStream random = RandomStream.of(5, "outside");
        int n = 300;
        Histories histories = new Histories(n, K, 2, 1);
        double[] distance = new double[n];
        double[] actions = new double[n];
        for (int i = 0; i < n; i++) {
            distance[i] = random.uniform(0, 6);
            double[] s = {random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5)};
            for (int t = 0; t < K; t++) {
                actions[i] = (random.nextBoolean() ? 1 : -1) * distance[i];
                histories.push(i, s, new double[]{actions[i]});
                double[] change = LinearSystem.target(s, actions[i]);
                s = new double[]{s[0] + change[0], s[1] + change[1]};
            }
        }
        int[] all = IntStream.range(0, n).toArray();
        double[] u = dynamics.predict(histories, all, random).uncertainty();
        double[] errors = new double[n];
        try (TorchScope _ = new TorchScope()) {
            double[] mean = training(kind).best().mean(histories.slices(all, 1)).toDoubles();
            for (int i = 0; i < n; i++) {
                double[] expected = LinearSystem.target(histories.state(i), actions[i]);
                errors[i] = Math.hypot(mean[3 * i] - expected[0], mean[3 * i + 1] - expected[1]);
            }
        }
        assertThat(new SpearmansCorrelation().correlation(distance, u)).isBetween(0.5, 1.0);
        assertThat(new SpearmansCorrelation().correlation(errors, u)).isBetween(0.5, 1.0);
    }

    @Test
    void uncertaintiesAreThoseOfTheirFormulas() {
        GaussianModel model = ensemble.best();
        double[] unit = {2, 0.5};
        Histories histories = new Histories(1, 1, 2, 1);
        histories.push(0, new double[]{3, -2}, new double[]{4});
        int[] all = {0};
        GaussianModel.Distributions given = model.given(histories.slices(all, 1));
        double largest = 0;
        double[] mean = new double[2];
        for (int i = 0; i < 4; i++) {
            double[] sigma = given.deviation()[i][0];
            largest = Math.max(largest, Math.hypot(sigma[0] / 2, sigma[1] / 0.5));
            mean[0] += given.mean()[i][0][0] / 4;
            mean[1] += given.mean()[i][0][1] / 4;
        }
        double variance = 0;
        for (int i = 0; i < 4; i++) {
            variance += Math.pow((given.mean()[i][0][0] - mean[0]) / 2, 2) / 4
                    + Math.pow((given.mean()[i][0][1] - mean[1]) / 0.5, 2) / 4;
        }
        RandomStream random = RandomStream.of(1, "u");
        assertThat(new GaussianEnsemble(model, GaussianEnsemble.Uncertainty.ALEATORIC, unit)
                .predict(histories, all, random).uncertainty()[0]).isCloseTo(largest, within(1e-9));
        Prediction prediction = new GaussianEnsemble(model, GaussianEnsemble.Uncertainty.DISAGREEMENT, unit)
                .predict(histories, all, random);
        assertThat(prediction.uncertainty()[0]).isCloseTo(Math.sqrt(variance / 2), within(1e-9));
        assertThat(prediction.slices()).containsExactly(4);
    }

    /** The same history of k steps for n trajectories. */
    private static Histories alike(int n, int k) {
        Histories histories = new Histories(n, k, 2, 1);
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < k; t++) {
                histories.push(i, new double[]{2.0 - t, -1.5 * t}, new double[]{3});
            }
        }
        return histories;
    }

    /** Of the shortest slice alone, or the mean of independent draws of all. */
    @Test
    void nextStatesAreThoseOfTheChosenSlices() {
        GaussianModel model = anyStep.best();
        int n = 20_000;
        Histories histories = alike(n, K);
        GaussianModel.Distributions given = model.given(histories.slices(new int[]{0}, K));
        for (PredictionRule.Next next : List.of(PredictionRule.Next.ONE_STEP, PredictionRule.Next.MEAN)) {
            int longest = next == PredictionRule.Next.MEAN ? K : 1;
            Prediction prediction = new AnyStepGaussian(model, next,
                    new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, UNIT)).predict(histories,
                            IntStream.range(0, n).toArray(), RandomStream.of(8, "draws"));
            for (int j = 0; j < 3; j++) {
                double mean = 0;
                double variance = 0;
                for (int m = 1; m <= longest; m++) {
                    double start = j < 2 ? histories.start(0, m)[j] : 0;
                    mean += (start + given.mean()[0][m - 1][j]) / longest;
                    variance += Math.pow(given.deviation()[0][m - 1][j] / longest, 2);
                }
                int coordinate = j;
                double[] drawn = IntStream.range(0, n).mapToDouble(i -> coordinate < 2
                        ? prediction.next()[i][coordinate]
                        : prediction.rewards()[i]).toArray();
                assertThat(Statistics.mean(drawn)).as("%s, mean of %d", next, j).isCloseTo(mean,
                        within(5 * Math.sqrt(variance / n)));
                double average = mean;
                double spread = Statistics.mean(Arrays.stream(drawn).map(x -> Math.pow(x - average, 2)).toArray());
                assertThat(Math.sqrt(spread)).as("%s, deviation of %d", next, j).isCloseTo(Math.sqrt(variance),
                        within(0.03 * Math.sqrt(variance)));
            }
        }
    }

    /** Draws have the moments of the mixture of what may be drawn from: elites, or slices of all lengths. */
    @ParameterizedTest
    @EnumSource
    void nextStatesAreDrawnFromTheDistributions(GaussianKind kind) {
        GaussianModel model = training(kind).best();
        int k = model.architecture().longest();
        int n = 20_000;
        Histories histories = alike(n, k);
        GaussianModel.Distributions given = model.given(histories.slices(new int[]{0}, k));
        Prediction prediction = simulator(kind, GaussianEnsemble.Uncertainty.ALEATORIC).predict(histories,
                IntStream.range(0, n).toArray(), RandomStream.of(8, "draws"));
        List<double[]> means = new ArrayList<>();
        List<double[]> deviations = new ArrayList<>();
        int[] members = kind == GaussianKind.ENSEMBLE ? model.elites() : new int[]{0};
        for (int member : members) {
            for (int m = 1; m <= k; m++) {
                double[] start = histories.start(0, m);
                double[] mean = given.mean()[member][m - 1];
                means.add(new double[]{start[0] + mean[0], start[1] + mean[1], mean[2]});
                deviations.add(given.deviation()[member][m - 1]);
            }
        }
        for (int j = 0; j < 3; j++) {
            double mean = 0;
            double square = 0;
            double drawnMean = 0;
            double drawnSquare = 0;
            for (int c = 0; c < means.size(); c++) {
                mean += means.get(c)[j] / means.size();
                square += (Math.pow(means.get(c)[j], 2) + Math.pow(deviations.get(c)[j], 2)) / means.size();
            }
            for (int i = 0; i < n; i++) {
                double drawn = j < 2 ? prediction.next()[i][j] : prediction.rewards()[i];
                drawnMean += drawn / n;
                drawnSquare += drawn * drawn / n;
            }
            double deviation = Math.sqrt(square - mean * mean);
            assertThat(drawnMean).as("mean of %d", j).isCloseTo(mean, within(5 * deviation / Math.sqrt(n)));
            assertThat(Math.sqrt(drawnSquare - drawnMean * drawnMean)).as("deviation of %d", j).isCloseTo(deviation,
                    within(0.03 * deviation));
        }
    }

    @Test
    void elitesHaveTheSmallestErrors() {
        double[] errors = ensemble.best().errors();
        int[] elites = ensemble.best().elites();
        assertThat(elites).hasSize(2);
        double worstElite = Math.max(errors[elites[0]], errors[elites[1]]);
        assertThat(errors[elites[0]]).isLessThanOrEqualTo(errors[elites[1]]);
        assertThat(IntStream.range(0, 4).filter(i -> errors[i] < worstElite).count()).isEqualTo(1);
    }

    @Test
    void membersLearnFromSamplesOfTheirOwn() {
        GaussianModel model = ensemble.best();
        Histories histories = new Histories(1, 1, 2, 1);
        histories.push(0, new double[]{0.1, 0.2}, new double[]{0.3});
        double[][][] mean = model.given(histories.slices(new int[]{0}, 1)).mean();
        assertThat(IntStream.range(0, 4).mapToDouble(i -> mean[i][0][0]).distinct().count()).isEqualTo(4);
    }

    @Test
    void parametersAreAsManyAsPublished() {
        assertThat(elements(GaussianArchitecture.ensemble(), 11, 3)).isEqualTo(7 * 128_424 + 24);
        assertThat(elements(GaussianArchitecture.ensemble(), 17, 6)).isEqualTo(7 * 132_636 + 36);
        assertThat(elements(GaussianArchitecture.anyStep(5), 11, 3)).isEqualTo(779_224 + 24);
        assertThat(elements(GaussianArchitecture.anyStep(5), 17, 6)).isEqualTo(787_036 + 36);
    }

    private static long elements(GaussianArchitecture architecture, int d, int p) {
        Transitions data = new Transitions(d, p, new float[10 * d], new float[10 * p], new float[10],
                new float[10 * d], new boolean[10], new boolean[10]);
        TransitionSpace space = new TransitionSpace("", quantities(d), quantities(p));
        try (GaussianTraining training = new GaussianTraining("large",
                GaussianConfig.of(architecture, 1, 1, "none"), space,
                new HoldOut(data, data), null)) {
            return training.best().parameters().elements();
        }
    }

    private static List<Quantity> quantities(int n) {
        return IntStream.range(0, n).mapToObj(i -> new Quantity("q" + i, "1", -1, 1)).toList();
    }

    @Test
    void weightDecayIsThatOfEachLayer() {
        GaussianConfig config = GaussianConfig.of(GaussianArchitecture.ensemble(), 1, 1, "none");
        assertThat(config.weightDecay()).containsExactly(2.5e-5, 5e-5, 7.5e-5, 7.5e-5, 1e-4);
        assertThat(config.decayOf("member.0.weight")).isEqualTo(2.5e-5);
        assertThat(config.decayOf("member.4.weight")).isEqualTo(1e-4);
        assertThat(config.decayOf("member.4.bias")).isZero();
        assertThat(config.decayOf("log-variance.low")).isZero();
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new GaussianEnsemble(anyStep.best(), GaussianEnsemble.Uncertainty.ALEATORIC, UNIT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model linear is of kind 'gaussian', expected 'ensemble'");
        assertThatThrownBy(() -> new GaussianEnsemble(ensemble.best(), GaussianEnsemble.Uncertainty.ALEATORIC,
                new double[]{1})).hasMessageContaining("units for 1 state coordinates, linear has 2");
        assertThatThrownBy(() -> new GaussianArchitecture(GaussianKind.ENSEMBLE, 2, 7, 5, 200, 4))
                .hasMessageContaining("slices of length 1");
        assertThatThrownBy(() -> new GaussianArchitecture(GaussianKind.ENSEMBLE, 1, 4, 5, 200, 4))
                .hasMessageContaining("no more than its members");
        assertThatThrownBy(() -> new GaussianTraining("x", ensemble.config(),
                new TransitionSpace("", quantities(3), quantities(1)), LinearSystem.data(10, 5, 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the model's space has 3 and 1");
        assertThatThrownBy(() -> new GaussianTraining("x", anyStep.config(), LinearSystem.SPACE,
                LinearSystem.data(10, 2, 1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slices of 3 transitions");
    }
}
