package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.EnergyLandscape;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.dynamics.Prediction;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.QuadraticEnergy;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.gaussian.GaussianArchitecture;
import org.emfuse.rl.gaussian.GaussianConfig;
import org.emfuse.rl.gaussian.GaussianModel;
import org.emfuse.rl.gaussian.GaussianTraining;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.emfuse.rl.torch.DType;
import org.junit.jupiter.api.Test;

/** Training of small models on data whose right answers are known. */
class EnergyTrainingTest {

    private static EnergyConfig config(EncoderKind kind, int longest, long updates, long seed) {
        return EnergyConfig.of(new EnergyArchitecture(kind, longest, 32, 2), updates, seed, "hash")
                .withBatch(64, 8, 15).withPrediction(Langevin.prediction(40)).withCosine()
                .withEvaluation(updates, 25, 300);
    }

    private static final Transitions DATA = LinearSystem.episodes(1, 40, 25);

    private static EnergyTraining training(EnergyConfig config, int threads) {
        return new EnergyTraining("model", config, LinearSystem.space(), DATA, threads);
    }

    private static List<ModelTraining.Progress> curve(EnergyConfig config, int threads) {
        List<ModelTraining.Progress> curve = new ArrayList<>();
        try (EnergyTraining training = training(config, threads)) {
            while (!training.done()) {
                curve.add(training.step());
            }
        }
        return curve;
    }

    private static List<Object> numbers(List<ModelTraining.Progress> curve) {
        List<Object> numbers = new ArrayList<>();
        for (ModelTraining.Progress progress : curve) {
            numbers.add(progress.metrics());
            PredictionError error = progress.error();
            numbers.add(error == null ? 0 : Arrays.deepToString(error.rmse()));
        }
        return numbers;
    }

    @Test
    void equalSeedsGiveEqualCurvesForAnyNumberOfWorkers() {
        EnergyConfig config = config(EncoderKind.ATTENTION, 2, 6, 7).withBatch(80, 8, 6).withEvaluation(3, 25, 700);
        List<Object> one = numbers(curve(config, 1));
        assertThat(one).hasSize(12);
        assertThat(numbers(curve(config, 1))).isEqualTo(one);
        assertThat(numbers(curve(config, 2))).isEqualTo(one); // 640 chains: two blocks
        assertThat(numbers(curve(config(EncoderKind.ATTENTION, 2, 6, 8).withBatch(80, 8, 6).withEvaluation(3, 25, 700),
                1))).isNotEqualTo(one);
    }

    @Test
    void trainingStopsWhereNothingGetsBetterAndKeepsTheBest() {
        EnergyConfig base = config(EncoderKind.PAIR, 1, 100, 3).withEvaluation(1, 3, 100);
        // A rate at which the first updates help and later ones do not.
        EnergyConfig config = new EnergyConfig(base.architecture(), 64, 8, base.chains(), DType.FLOAT32, 5, 0.05, false,
                0, 100, 1, 3,
                100, base.prediction(), 3, "hash");
        List<Double> errors = new ArrayList<>();
        try (EnergyTraining training = training(config, 1)) {
            while (!training.done()) {
                errors.add(Objects.requireNonNull(training.step().error()).mean());
            }
            double least = errors.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
            assertThat(errors.indexOf(least)).isEqualTo(errors.size() - 4);
            assertThat(errors.size()).isLessThan(100);
            assertThat(training.stoppedEarly()).isTrue();
            assertThat(training.bestErrorOnDataApart().mean()).isEqualTo(least);
        }
    }

    @Test
    void dataThatDoNotFitAreRefused() {
        EnergyConfig config = config(EncoderKind.ATTENTION, 30, 6, 7);
        assertThatThrownBy(() -> training(config, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slices of 30").hasMessageContaining("up to 25");
        assertThatThrownBy(() -> new EnergyTraining("m", config(EncoderKind.PAIR, 1, 6, 7), QuadraticEnergy.line(3, 2),
                DATA, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 observation and 1 action").hasMessageContaining("3 and 2");
        assertThatThrownBy(() -> new EnergyTraining("m", config(EncoderKind.PAIR, 1, 6, 7), LinearSystem.space(),
                DATA.rows(0, 0), 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 transitions");
    }

    @Test
    void aTrainingThatDivergesSaysSo() {
        Transitions broken = LinearSystem.episodes(1, 40, 25);
        Arrays.fill(broken.rewards(), 0, 1000, Float.NaN);
        try (EnergyTraining training = new EnergyTraining("m", config(EncoderKind.PAIR, 1, 6, 7), LinearSystem.space(),
                broken, 1)) {
            assertThatThrownBy(training::step).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("diverged at step 1");
        }
    }

    @Test
    void constantCoordinatesAreLearnedAsSuch() {
        Transitions data = LinearSystem.episodes(1, 40, 25);
        for (int i = 0; i < data.size(); i++) {
            data.observations()[2 * i + 1] = 3;
            data.nextObservations()[2 * i + 1] = 3;
            data.actions()[i] = 0.5f;
        }
        try (EnergyTraining training = new EnergyTraining("m", config(EncoderKind.PAIR, 1, 150, 7),
                LinearSystem.space(), data, 1)) {
            while (!training.done()) {
                training.step();
            }
            assertThat(training.bestErrorOnDataApart().rmse()[0][1]).isLessThan(0.1);
        }
    }

    /** Two outcomes of one state and action: low energy at both, none between, where their mean is (spec 05 §7). */
    private static final TransitionSpace LINE = QuadraticEnergy.line(1, 1);

    /** From 0 to around -0.7 or around 0.7, as often. */
    private static Transitions twoOutcomes() {
        int n = 2000;
        RandomStream random = RandomStream.of(1, "bimodal");
        boolean[] ends = new boolean[n];
        Arrays.fill(ends, true);
        Transitions data = new Transitions(1, 1, new float[n], new float[n], new float[n], new float[n], ends,
                new boolean[n]);
        for (int i = 0; i < n; i++) {
            double side = random.nextInt(2) == 0 ? -1 : 1;
            data.nextObservations()[i] = (float) (side * 0.7 + random.uniform(-0.05, 0.05));
        }
        return data;
    }

    private static Slices zeros(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return Slices.of(new float[count], new float[count], ones, 1);
    }

    private static long near(double[] values, double place, double distance) {
        return Arrays.stream(values).filter(x -> Math.abs(x - place) < distance).count();
    }

    @Test
    void twoOutcomesAreTwoWells() {
        EnergyConfig config = config(EncoderKind.PAIR, 1, 400, 2);
        try (TorchScope _ = new TorchScope();
                TorchWorkers workers = new TorchWorkers(1);
                EnergyTraining training = new EnergyTraining("m", config, LINE, twoOutcomes(), 1)) {
            while (!training.done()) {
                training.step();
            }
            int chains = 400;
            EnergyLandscape landscape = training.best().given(zeros(chains));
            double[] found = new LangevinSampler(workers)
                    .sample(landscape, Langevin.negatives().withSteps(100), RandomStream.of(3, "chains"))
                    .mul(landscape.scale()).select(1, 0).toDoubles();
            assertThat(near(found, -0.7, 0.25)).isGreaterThan(chains / 4);
            assertThat(near(found, 0.7, 0.25)).isGreaterThan(chains / 4);
            assertThat(near(found, 0, 0.3)).isZero();
            Tensor scale = landscape.scale().narrow(0, 0, 3);
            float[] energies = landscape.rows(0, 3)
                    .energy(Tensors.of(new float[]{-0.7f, 0, 0, 0, 0.7f, 0}, 3, 2).div(scale)).toFloats();
            assertThat(energies[1] - Math.max(energies[0], energies[2])).isGreaterThan(1);
        }
    }

    /** Where nothing is: what an energy finds two wells in, a normal distribution says one thing about. */
    @Test
    void ofTwoOutcomesAGaussianPredictsTheMiddle() {
        GaussianConfig config = GaussianConfig.of(GaussianArchitecture.ensemble().withMembers(2, 2).withLayers(32, 2),
                300, 2, "hash");
        Transitions data = twoOutcomes();
        try (TorchScope _ = new TorchScope();
                GaussianTraining training = new GaussianTraining("m", config, LINE, data)) {
            while (!training.done()) {
                training.step();
            }
            GaussianModel.Distributions found = training.best().given(zeros(1));
            assertThat(found.mean()).hasNumberOfRows(2);
            for (int member = 0; member < 2; member++) {
                double mean = found.mean()[member][0][0];
                double deviation = found.deviation()[member][0][0];
                assertThat(mean).isCloseTo(0, within(0.15));
                assertThat(deviation).isCloseTo(0.7, within(0.15)); // so wide that it covers both
            }
            assertThat(near(toDoubles(data.nextObservations()), 0, 0.6)).isZero();
        }
    }

    private static double[] toDoubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    /** Slices agree where the data are, and part where actions leave them (spec 05 §7). */
    @Test
    void uncertaintyGrowsWhereTheDataEnd() {
        int k = 3;
        EnergyConfig config = config(EncoderKind.ATTENTION, k, 400, 5);
        Transitions data = LinearSystem.episodes(1, 100, 25);
        try (TorchWorkers workers = new TorchWorkers(1);
                EnergyTraining training = new EnergyTraining("m", config, LinearSystem.space(), data, 1)) {
            while (!training.done()) {
                training.step();
            }
            PredictionRule rule = PredictionRule.of(Langevin.prediction(40), new double[]{1, 1})
                    .withNext(PredictionRule.Next.ONE_STEP);
            int n = 400;
            Histories histories = new Histories(n, k, 2, 1);
            double[][] truth = new double[n][];
            double[] beyond = new double[n];
            RandomStream random = RandomStream.of(2, "histories");
            for (int i = 0; i < n; i++) {
                // The first half within the data, the others with actions up to six times as large.
                beyond[i] = i < n / 2 ? 1 : random.uniform(1, 6);
                double[] state = {random.uniform(-1, 1), random.uniform(-1, 1)};
                for (int t = 0; t < k; t++) {
                    double action = beyond[i] * random.uniform(-1, 1);
                    histories.push(i, state, new double[]{action});
                    state = LinearSystem.next(state, action);
                }
                truth[i] = state;
            }
            int[] all = IntStream.range(0, n).toArray();
            EnergyDynamics dynamics = new EnergyDynamics(training.best(), rule, new LangevinSampler(workers));
            Prediction prediction = dynamics.predict(histories, all, random);
            double[] errors = new double[n];
            for (int i = 0; i < n; i++) {
                errors[i] = Math.hypot(prediction.next()[i][0] - truth[i][0], prediction.next()[i][1] - truth[i][1]);
            }
            double inside = median(Arrays.copyOf(prediction.uncertainty(), n / 2));
            double outside = median(Arrays.copyOfRange(prediction.uncertainty(), n / 2, n));
            assertThat(inside).isLessThan(0.1);
            assertThat(outside).isGreaterThan(2 * inside);
            assertThat(new SpearmansCorrelation().correlation(prediction.uncertainty(), errors)).isGreaterThan(0.5);
            // Not only because one half is known and the other is not.
            assertThat(new SpearmansCorrelation().correlation(
                    Arrays.copyOfRange(prediction.uncertainty(), n / 2, n), Arrays.copyOfRange(errors, n / 2, n)))
                    .isGreaterThan(0.5);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
