package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Adam;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.emfuse.rl.torch.DType;
import org.junit.jupiter.api.Test;

/** One update of contrastive learning against the formula written plainly, and its second derivative. */
class EnergyLearnerTest {

    private static final int WIDTH = 12;
    private static final int DEPTH = 3;
    private static final SliceData DATA = new SliceData(LinearSystem.episodes(1, 20, 8), 3);

    private static EnergyModel model(EncoderKind kind) {
        SliceData data = kind == EncoderKind.PAIR ? new SliceData(DATA.transitions(), 1) : DATA;
        return new EnergyModel("model", LinearSystem.space(),
                new EnergyArchitecture(kind, data.longest(), WIDTH, DEPTH), Normaliser.of(data.scales()),
                new TorchRandom(4));
    }

    /** Larger weights, so that slopes are beyond the margin in some rows and not in others. */
    private static void steepen(EnergyModel model) {
        try (NoGrad _ = new NoGrad(); TorchScope _ = new TorchScope()) {
            model.parameters().flat().mul_(2.2);
        }
    }

    private static double[][] rows(Tensor tensor) {
        int width = (int) tensor.size(1);
        double[] values = tensor.toDoubles();
        double[][] rows = new double[values.length / width][width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values, i * width, rows[i], 0, width);
        }
        return rows;
    }

    private static Tensor penalty(Tensor energies, Tensor candidates, double margin) {
        return Tensors.gradients(energies, List.of(candidates), true)[0].norm(1).add(-margin).relu().square().sum();
    }

    /** The parameters' derivative of the penalty on ∂E/∂u, against finite differences in double precision. */
    @Test
    void theSecondDerivativeAgreesWithFiniteDifferences() {
        try (TorchScope _ = new TorchScope(); EnergyModel model = model(EncoderKind.PAIR)) {
            steepen(model);
            TorchRandom random = new TorchRandom(2);
            int n = 40;
            Tensor contexts = random.normal(n, 3);
            Tensor candidates = random.uniform(-1, 1, n, 3).requiresGrad();
            Tensor fixed = Tensors.addmm(model.parameters().get(2), contexts, model.parameters().get(0));
            double margin = 0.6;
            Tensor penalty = penalty(model.energy(fixed, candidates), candidates, margin);
            double[] found = model.parameters().gradient(penalty).toDoubles();

            List<double[]> parameters = new ArrayList<>();
            model.parameters().all().forEach(parameter -> parameters.add(parameter.toDoubles()));
            PlainHead plain = new PlainHead(parameters, 3, 3, WIDTH, DEPTH);
            double[][] x = rows(contexts);
            double[][] u = rows(candidates);
            assertThat(penalty.item()).isCloseTo(plain.penalty(x, u, margin), within(1e-4 * penalty.item()));
            assertThat(steep(plain, x, u, margin)).isBetween(5, n - 5);

            double step = 1e-6;
            double distance = 0;
            double size = 0;
            int at = 0;
            for (double[] parameter : parameters) {
                for (int i = 0; i < parameter.length; i++, at++) {
                    double value = parameter[i];
                    parameter[i] = value + step;
                    double up = new PlainHead(parameters, 3, 3, WIDTH, DEPTH).penalty(x, u, margin);
                    parameter[i] = value - step;
                    double down = new PlainHead(parameters, 3, 3, WIDTH, DEPTH).penalty(x, u, margin);
                    parameter[i] = value;
                    double expected = (up - down) / (2 * step);
                    distance += (found[at] - expected) * (found[at] - expected);
                    size += expected * expected;
                }
            }
            assertThat(at).isEqualTo(found.length);
            assertThat(Math.sqrt(size)).isGreaterThan(1);
            assertThat(Math.sqrt(distance / size)).isLessThan(1e-5);
        }
    }

    private static int steep(PlainHead head, double[][] x, double[][] u, double margin) {
        int count = 0;
        for (int i = 0; i < x.length; i++) {
            count += head.penalty(new double[][]{x[i]}, new double[][]{u[i]}, margin) > 0 ? 1 : 0;
        }
        return count;
    }

    /** A ReLU network's slope does not depend on the context but through masks: encoders learn from the contrast alone. */
    @Test
    void thePenaltySendsNothingIntoTheEncoders() {
        for (EncoderKind kind : List.of(EncoderKind.ATTENTION, EncoderKind.GRU)) {
            try (TorchScope _ = new TorchScope(); EnergyModel model = model(kind)) {
                steepen(model);
                SliceBatch batch = DATA.spread(2, 30);
                Tensor fixed = model.fixed(batch.slices());
                Tensor u = new TorchRandom(3).uniform(-1, 1, 30, 3).requiresGrad();
                Tensor energies = model.energy(fixed, u);
                double[] ofPenalty = model.parameters().gradient(penalty(energies, u, 0)).toDoubles();
                double[] ofEnergy = model.parameters().gradient(model.energy(model.fixed(batch.slices()), u).sum())
                        .toDoubles();
                int head = ofPenalty.length - headSize();
                assertThat(norm(ofPenalty, 0, head)).isZero();
                assertThat(norm(ofPenalty, head, ofPenalty.length)).isGreaterThan(1e-3);
                assertThat(norm(ofEnergy, 0, head)).isGreaterThan(1e-3);
            }
        }
    }

    private static int headSize() {
        return (128 + 3) * WIDTH + WIDTH + (DEPTH - 1) * (WIDTH * WIDTH + WIDTH) + WIDTH + 1;
    }

    private static double norm(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i] * values[i];
        }
        return Math.sqrt(sum);
    }

    private static EnergyConfig config(double margin) {
        EnergyConfig config = EnergyConfig.of(new EnergyArchitecture(EncoderKind.ATTENTION, 3, WIDTH, DEPTH), 10, 9,
                "hash").withBatch(7, 4, 10);
        return new EnergyConfig(config.architecture(), 7, 4, config.chains(), DType.FLOAT32, margin, 1e-3, false, 1e-2,
                10, 5, 3, 10,
                config.prediction(), 9, "hash");
    }

    /** What is measured and what changes is what the formula says, with the negatives that the model's own chains find. */
    @Test
    void anUpdateIsTheFormula() {
        double margin = 1;
        EnergyConfig config = config(margin);
        try (TorchScope _ = new TorchScope();
                TorchWorkers workers = new TorchWorkers(1);
                EnergyModel model = model(EncoderKind.ATTENTION);
                EnergyModel twin = model(EncoderKind.ATTENTION);
                EnergyLearner learner = new EnergyLearner(config, model, workers);
                Adam adam = new Adam(twin.parameters(), 1e-3, 1e-2)) {
            steepen(model);
            twin.parameters().copyFrom(model.parameters());
            SliceBatch batch = DATA.spread(2, 7);
            Tensor negatives;
            try (NoGrad _ = new NoGrad()) {
                negatives = new LangevinSampler(workers).sample(
                        twin.landscape(twin.fixed(batch.slices()), batch.slices()).repeated(4), config.chains(),
                        RandomStream.of(9, "negatives"));
            }
            Tensor fixed = twin.fixed(batch.slices());
            Tensor positives = batch.targets().div(twin.normaliser().scale(batch.slices()));
            double nce = 0;
            double penalty = 0;
            double right = 0;
            double start = 0;
            double accepted = 0;
            // 28 chains are one block, whose source draws the starts first.
            Tensor starts = new TorchRandom(RandomStream.of(9, "negatives").nextLong()).uniform(-1, 1, 28, 3);
            Tensor loss = Tensors.scalar(0);
            for (int i = 0; i < 7; i++) {
                Tensor candidates = Tensors.cat(0, positives.narrow(0, i, 1), negatives.narrow(0, 4L * i, 4))
                        .requiresGrad();
                Tensor energies = twin.energy(fixed.narrow(0, i, 1).expand(5, WIDTH), candidates);
                Tensor contrast = energies.neg().softmax(0).select(0, 0).log().neg();
                Tensor steep = penalty(energies, candidates, margin).mul(1.0 / 5);
                loss = loss.add(contrast).add(steep);
                nce += contrast.item() / 7;
                penalty += steep.item() / 7;
                float[] values = energies.toFloats();
                boolean lowest = true;
                for (int k = 1; k < 5; k++) {
                    lowest &= values[0] < values[k];
                }
                right += lowest ? 1.0 / 7 : 0;
                Tensor own = fixed.narrow(0, i, 1);
                start += twin.energy(own, starts.narrow(0, 4L * i, 1)).item() / 7;
                double other = twin.energy(own, positives.narrow(0, (i + 1) % 7, 1)).item();
                accepted += other < values[0] ? 1.0 / 7 : 0;
            }
            assertThat(penalty).isGreaterThan(0.01);
            adam.step(twin.parameters().gradient(loss));

            Map<String, Double> measured = learner.update(batch, 1e-3);
            assertThat(Objects.requireNonNull(measured.get("nce"))).isCloseTo(nce, within(1e-4));
            assertThat(Objects.requireNonNull(measured.get("penalty"))).isCloseTo(penalty, within(1e-4));
            assertThat(Objects.requireNonNull(measured.get("accuracy"))).isCloseTo(right, within(1e-6));
            assertThat(Objects.requireNonNull(measured.get("energy_start"))).isCloseTo(start, within(1e-4));
            assertThat(Objects.requireNonNull(measured.get("accepted_other"))).isCloseTo(accepted, within(1e-6));
            assertThat(accepted).isBetween(0.1, 0.9); // and of 7 slices not the half
            double moved = model.parameters().flat().sub(twin.parameters().flat()).abs().mean().item();
            assertThat(moved).isLessThan(2e-6); // one step moves by up to 1e-3
        }
    }

    @Test
    void aBatchOfOneHasNoOtherTruth() {
        EnergyConfig config = config(5).withBatch(1, 4, 10);
        try (TorchWorkers workers = new TorchWorkers(1);
                EnergyModel model = model(EncoderKind.ATTENTION);
                EnergyLearner learner = new EnergyLearner(config, model, workers)) {
            assertThat(learner.update(DATA.spread(2, 1), 1e-3)).containsKey("energy_start")
                    .doesNotContainKey("accepted_other");
        }
    }

    @Test
    void theRateIsThatOfTheUpdate() {
        EnergyConfig config = config(5);
        try (TorchWorkers workers = new TorchWorkers(1);
                EnergyModel model = model(EncoderKind.ATTENTION);
                EnergyLearner learner = new EnergyLearner(config, model, workers);
                TorchScope _ = new TorchScope()) {
            Tensor before = model.parameters().flat().copy();
            learner.update(DATA.spread(2, 6), 1e-5);
            assertThat(model.parameters().flat().sub(before).abs().amax(0).item()).isBetween(0.9e-5, 1.1e-5);
        }
        EnergyConfig falling = config.withCosine();
        assertThat(falling.rate(1)).isEqualTo(1e-3);
        assertThat(falling.rate(6)).isCloseTo(0.5e-3, within(1e-12));
        assertThat(falling.rate(10)).isBetween(1e-6, 1e-4);
        assertThat(config.rate(10)).isEqualTo(1e-3);
    }
}
