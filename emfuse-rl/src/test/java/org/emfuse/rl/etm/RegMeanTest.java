package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Merging by regression: single layers against the formula computed otherwise, models layer by layer. */
class RegMeanTest {

    private static final int K = 3;
    private static final RegMean SETTINGS = new RegMean(0.9, 60, 3, Langevin.negatives().withSteps(5), 1);

    private final TorchWorkers workers = new TorchWorkers(1);
    private final LangevinSampler sampler = new LangevinSampler(workers);
    private final List<EnergyModel> models = new ArrayList<>();

    private EnergyModel kept(EnergyModel model) {
        models.add(model);
        return model;
    }

    @AfterEach
    void close() {
        models.forEach(EnergyModel::close);
        workers.close();
    }

    private static RegMean with(double offDiagonal) {
        return new RegMean(offDiagonal, 60, 3, SETTINGS.chains(), 1);
    }

    /** W = (Σ G̃)⁻¹ Σ G̃ W by another library, without the average taken out. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.9, 1})
    void layersAreThoseOfTheFormula(double alpha) {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(2);
            List<Tensor> grams = new ArrayList<>();
            List<Tensor> weights = new ArrayList<>();
            RealMatrix left = MatrixUtils.createRealMatrix(4, 4);
            RealMatrix right = MatrixUtils.createRealMatrix(4, 3);
            for (int i = 0; i < 3; i++) {
                double[] x = random.normal(20, 4).toDoubles();
                RealMatrix gram = MatrixUtils.createRealMatrix(4, 4);
                for (int row = 0; row < 20; row++) {
                    for (int a = 0; a < 4; a++) {
                        for (int b = 0; b < 4; b++) {
                            gram.addToEntry(a, b, x[4 * row + a] * x[4 * row + b] / 20);
                        }
                    }
                }
                Tensor weight = random.normal(4, 3);
                grams.add(Tensors.of(flat(gram), 4, 4));
                weights.add(weight);
                for (int a = 0; a < 4; a++) {
                    for (int b = 0; b < 4; b++) {
                        gram.multiplyEntry(a, b, a == b ? 1 : alpha);
                    }
                }
                left = left.add(gram);
                right = right.add(gram.multiply(matrix(weight)));
            }
            double[] expected = flat(new LUDecomposition(left).getSolver().solve(right));
            double[] found = with(alpha).merged(grams, weights).toDoubles();
            for (int i = 0; i < 12; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(1e-9));
            }
        }
    }

    private static RealMatrix matrix(Tensor tensor) {
        int columns = (int) tensor.size(1);
        double[] values = tensor.toDoubles();
        RealMatrix matrix = MatrixUtils.createRealMatrix(values.length / columns, columns);
        for (int i = 0; i < values.length; i++) {
            matrix.setEntry(i / columns, i % columns, values[i]);
        }
        return matrix;
    }

    private static double[] flat(RealMatrix matrix) {
        double[] flat = new double[matrix.getRowDimension() * matrix.getColumnDimension()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = matrix.getEntry(i / matrix.getColumnDimension(), i % matrix.getColumnDimension());
        }
        return flat;
    }

    /** An input that is 0 in every domain, and one that is another twice, leave the average where nothing is known. */
    @Test
    void inputsThatNobodyHasKeepTheAverage() {
        try (TorchScope _ = new TorchScope()) {
            Tensor gram = Tensors.of(new double[]{2, 0, 0, 0}, 2, 2);
            Tensor other = Tensors.of(new double[]{6, 0, 0, 0}, 2, 2);
            Tensor a = Tensors.of(new float[]{1, 10}, 2, 1);
            Tensor b = Tensors.of(new float[]{5, 20}, 2, 1);
            double[] merged = with(1).merged(List.of(gram, other), List.of(a, b)).toDoubles();
            assertThat(merged[0]).isCloseTo((2 * 1 + 6 * 5) / 8.0, within(1e-6));
            assertThat(merged[1]).isCloseTo(15, within(1e-6));
            Tensor nothing = Tensors.of(new double[4], 2, 2);
            assertThat(with(1).merged(List.of(nothing, nothing), List.of(a, b)).toDoubles()).containsExactly(3, 15);
        }
    }

    private static EnergyArchitecture architecture(EncoderKind kind) {
        return new EnergyArchitecture(kind, kind == EncoderKind.PAIR ? 1 : K, 8, 2);
    }

    private List<SliceData> data(EnergyArchitecture architecture) {
        return List.of(new SliceData(Domains.data(12, 6, 1, 0), architecture.longest()),
                new SliceData(Domains.data(12, 6, 2, 2), architecture.longest()));
    }

    private List<EnergyModel> models(EnergyArchitecture architecture, List<SliceData> data, double apart) {
        Normaliser.Values scales = CommonScales.of(data.stream().map(CommonScales.Domain::of).toList());
        return IntStream.range(0, 2).mapToObj(i -> {
            EnergyModel model = kept(Domains.model("m" + i, architecture, scales, 3));
            try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
                model.parameters().flat().add_(new TorchRandom(i).normal(model.parameters().elements()), apart);
            }
            return model;
        }).toList();
    }

    @ParameterizedTest
    @EnumSource
    void equalModelsAreTheirOwnMerge(EncoderKind kind) {
        EnergyArchitecture architecture = architecture(kind);
        List<SliceData> data = data(architecture);
        List<EnergyModel> same = models(architecture, data, 0);
        EnergyModel merged = kept(SETTINGS.merge("merged", same, data, sampler));
        assertThat(merged.parameters().flat().sameAs(same.getFirst().parameters().flat())).isTrue();
        assertThat(merged.origin()).isEqualTo(same.getFirst().origin());
    }

    /** Which layers are merged, which averaged; no layer is left out. */
    @ParameterizedTest
    @EnumSource
    void linearLayersAreMergedAndTheRestAveraged(EncoderKind kind) {
        EnergyArchitecture architecture = architecture(kind);
        List<SliceData> data = data(architecture);
        List<EnergyModel> apart = models(architecture, data, 0.05);
        EnergyModel merged = kept(SETTINGS.merge("merged", apart, data, sampler));
        EnergyModel soup = kept(Soup.of("soup", apart));
        Parameters averages = soup.parameters();
        merged.parameters().named("").forEach((name, value) -> {
            boolean linear = name.endsWith(".weight") && !name.startsWith("before") && !name.startsWith("between");
            assertThat(value.sameAs(averages.get(name))).as(name).isEqualTo(!linear);
        });
    }

    /** The second moments of the first and the last layer of the plain model, from its inputs by hand. */
    @Test
    void momentsAreThoseOfTheInputs() {
        EnergyArchitecture architecture = architecture(EncoderKind.PAIR);
        List<SliceData> data = data(architecture);
        EnergyModel model = models(architecture, data, 0.05).getFirst();
        try (InputGrams grams = InputGrams.of(model, data.getFirst(), SETTINGS, sampler);
                TorchScope _ = new TorchScope();
                NoGrad _ = new NoGrad()) {
            SliceBatch batch = data.getFirst().spread(1, 60);
            long b = batch.slices().size();
            Tensor fixed = model.fixed(batch.slices());
            Tensor context = Tensors.cat(1, model.normaliser().states(batch.slices()),
                    model.normaliser().actions(batch.slices(), batch.slices().padding()).select(1, 0));
            Tensor negatives = sampler.sample(model.landscape(fixed, batch.slices()).repeated(3), SETTINGS.chains(),
                    RandomStream.of(SETTINGS.seed(), "negatives"));
            Tensor positives = batch.targets().div(model.normaliser().scale(batch.slices()));
            Tensor all = Tensors.cat(0, Tensors.cat(1, context.repeatInterleave(0, 3), negatives),
                    Tensors.cat(1, context, positives));
            assertThat(all.size(0)).isEqualTo(4 * b);
            close(grams.of(InputGrams.JOINT), all);

            Parameters weights = model.parameters();
            Tensor h = all.matmul(Tensors.cat(0, weights.get("head.fixed.weight"), weights.get("head.varying.weight")))
                    .add(weights.get("head.0.bias")).relu();
            close(grams.of("head.1.weight"), h);
            close(grams.of("head.2.weight"),
                    Tensors.addmm(weights.get("head.1.bias"), h, weights.get("head.1.weight")).relu());
            assertThat(grams.has(InputGrams.FIXED)).isFalse();
        }
    }

    /** Tokens of places without an action are no inputs. */
    @Test
    void paddingIsLeftOut() {
        EnergyArchitecture architecture = architecture(EncoderKind.ATTENTION);
        List<SliceData> data = data(architecture);
        EnergyModel model = models(architecture, data, 0.05).getFirst();
        try (InputGrams grams = InputGrams.of(model, data.getFirst(), SETTINGS, sampler);
                TorchScope _ = new TorchScope();
                NoGrad _ = new NoGrad()) {
            List<Tensor> tokens = new ArrayList<>();
            for (int m = 1; m <= K; m++) {
                SliceBatch batch = data.getFirst().spread(m, 20);
                Tensor actions = model.normaliser().actions(batch.slices(), batch.slices().padding());
                tokens.add(actions.narrow(1, K - m, m).reshape(-1, 1));
            }
            close(grams.of("token.0.weight"), Tensors.cat(0, tokens.toArray(Tensor[]::new)));
        }
    }

    private static void close(Tensor gram, Tensor inputs) {
        Tensor x = inputs.to(gram.type());
        Tensor expected = x.transpose(0, 1).matmul(x).mul(1.0 / x.size(0));
        assertThat(gram.sub(expected).abs().reshape(-1).amax(0).item())
                .isLessThan(1e-5 * expected.abs().reshape(-1).amax(0).item());
    }

    /** For α = 1 no other layer comes nearer to what the experts give on their own inputs. */
    @Test
    void mergedLayersAreNearerToTheExpertsThanAverages() {
        EnergyArchitecture architecture = architecture(EncoderKind.ATTENTION);
        List<SliceData> data = data(architecture);
        List<EnergyModel> apart = models(architecture, data, 0.05);
        EnergyModel merged = kept(with(1).merge("merged", apart, data, sampler));
        EnergyModel soup = kept(Soup.of("soup", apart));
        Map<String, double[]> distances = new LinkedHashMap<>();
        for (int i = 0; i < 2; i++) {
            try (InputGrams grams = InputGrams.of(apart.get(i), data.get(i), with(1), sampler);
                    TorchScope _ = new TorchScope();
                    NoGrad _ = new NoGrad()) {
                Map<String, Tensor> own = apart.get(i).parameters().named("");
                Parameters ofMerged = merged.parameters();
                Parameters ofSoup = soup.parameters();
                own.forEach((name, weight) -> {
                    if (grams.has(name)) {
                        double[] both = distances.computeIfAbsent(name, _ -> new double[2]);
                        both[0] += distance(grams.of(name), weight.sub(ofMerged.get(name)));
                        both[1] += distance(grams.of(name), weight.sub(ofSoup.get(name)));
                    }
                });
            }
        }
        assertThat(distances).containsKeys("state.0.weight", "attention.in.weight", "attention.out.weight",
                "feed.1.weight", "head.1.weight");
        distances.forEach((name, both) -> assertThat(both[0]).as(name).isLessThan(both[1]));
    }

    /** trace(Dᵀ G D) = mean |x D|². */
    private static double distance(Tensor gram, Tensor difference) {
        Tensor d = difference.to(gram.type());
        return d.mul(gram.matmul(d)).sum().item();
    }

    @Test
    void whatDoesNotFitIsRefused() {
        EnergyArchitecture architecture = architecture(EncoderKind.ATTENTION);
        List<SliceData> data = data(architecture);
        List<EnergyModel> same = models(architecture, data, 0);
        assertThatThrownBy(() -> SETTINGS.merge("merged", same, List.of(data.getFirst()), sampler))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the data of each of the 2 models, found 1 domains");
        SliceData shorter = new SliceData(Domains.data(5, 6, 1, 0), 2);
        assertThatThrownBy(() -> SETTINGS.merge("merged", same, List.of(shorter, shorter), sampler))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("slices up to 3, found 2");
        assertThatThrownBy(() -> with(1.1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0, 1], found 1.1");
    }
}
