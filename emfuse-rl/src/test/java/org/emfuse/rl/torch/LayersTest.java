package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each layer: values against its equations in plain Java, first derivatives against finite differences. */
class LayersTest {

    private static final int WIDTH = 6;
    private static final int TOKENS = 4;

    /** Each maps [2, TOKENS, WIDTH] to some tensor. */
    enum Layer {
        MLP,
        ENSEMBLE,
        GRU,
        ATTENTION,
        LAYER_NORM;

        Parameters parameters(TorchRandom random) {
            Parameters.Builder builder = new Parameters.Builder();
            int first = switch (this) {
                case MLP -> Mlp.declare(builder, "net", WIDTH, 9, 3);
                case ENSEMBLE -> MlpEnsemble.declare(builder, "net", 3, WIDTH, 7, 2);
                case GRU -> Gru.declare(builder, "net", WIDTH, 5, 2);
                case ATTENTION -> Attention.declare(builder, "net", WIDTH);
                case LAYER_NORM -> LayerNorm.declare(builder, "net", WIDTH);
            };
            assertThat(first).isZero();
            return builder.build(random);
        }

        Tensor apply(Parameters parameters, Tensor x) {
            return switch (this) {
                case MLP -> Mlp.of(parameters, 0, 2).apply(x.reshape(-1, WIDTH));
                case ENSEMBLE -> MlpEnsemble.of(parameters, 0, 3, 2).apply(x.reshape(-1, WIDTH));
                case GRU -> Gru.of(parameters, 0, 5, 2).apply(x);
                case ATTENTION -> Attention.of(parameters, 0, WIDTH, 2).apply(x, mask());
                case LAYER_NORM -> LayerNorm.of(parameters, 0).apply(x);
            };
        }
    }

    /** The last token of the first row and the last two of the second are ignored. */
    private static Tensor mask() {
        return Tensors.of(new float[]{0, 0, 0, 1, 0, 0, 1, 1}, 2, TOKENS).greater(0.5);
    }

    @ParameterizedTest
    @EnumSource
    void derivativesAgreeWithFiniteDifferences(Layer layer) {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(11);
            Parameters parameters = layer.parameters(random);
            Tensor x = random.normal(2, TOKENS, WIDTH);
            Tensor weights = random.normal(layer.apply(parameters, x).shape()); // so that no direction is left out
            Function<Tensor, Tensor> loss = input -> layer.apply(parameters, input).mul(weights).sum();

            Tensor input = x.copy().requiresGrad();
            float[] byInput = Tensors.gradients(loss.apply(input), List.of(input), false)[0].toFloats();
            compare(byInput, x.view(-1), () -> loss.apply(x).item());
            float[] byParameter = parameters.gradient(loss.apply(x)).toFloats();
            compare(byParameter, parameters.flat(), () -> loss.apply(x).item());
            parameters.close();
        }
    }

    /** Moves each number in turn; the derivative lies between both slopes, which differ where a ReLU bends. */
    private static void compare(float[] analytic, Tensor numbers, DoubleSupplier value) {
        double step = 4e-3;
        double here = value.getAsDouble();
        double largest = 0;
        for (int i = 0; i < analytic.length; i++) {
            double above = (moved(numbers, i, step, value) - here) / step;
            double below = (here - moved(numbers, i, -step, value)) / step;
            double tolerance = 5e-3 * Math.max(1, Math.abs(analytic[i]));
            assertThat((double) analytic[i]).as("derivative %d", i).isBetween(Math.min(above, below) - tolerance,
                    Math.max(above, below) + tolerance);
            largest = Math.max(largest, Math.abs(analytic[i]));
        }
        assertThat(largest).isGreaterThan(0.2);
    }

    private static double moved(Tensor numbers, int i, double by, DoubleSupplier value) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            Tensor entry = numbers.narrow(0, i, 1);
            Tensor before = entry.copy();
            entry.add_(by);
            double result = value.getAsDouble();
            entry.copy_(before);
            return result;
        }
    }

    @Test
    void membersOfAnEnsembleAreNetworksOfTheirOwn() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(21);
            Parameters parameters = Layer.ENSEMBLE.parameters(random);
            MlpEnsemble ensemble = MlpEnsemble.of(parameters, 0, 3, 2, Tensor::silu);
            Tensor x = random.normal(3, 5, WIDTH);
            for (int i = 0; i < 3; i++) {
                Tensor h = Tensors.addmm(parameters.get(1).select(0, i), x.select(0, i),
                        parameters.get(0).select(0, i));
                Tensor expected = Tensors.addmm(parameters.get(3).select(0, i), h.mul(h.sigmoid()),
                        parameters.get(2).select(0, i));
                assertThat(largestDistance(ensemble.applyEach(x).select(0, i), expected)).isLessThan(1e-5);
                assertThat(largestDistance(ensemble.apply(x.select(0, 1)).select(0, i),
                        ensemble.applyEach(x.select(0, 1).unsqueeze(0).expand(3, 5, WIDTH)).select(0, i)))
                        .isLessThan(1e-5);
            }
            Parameters copies = Layer.ENSEMBLE.parameters(random);
            Tensor before = copies.flat().copy();
            MlpEnsemble.of(copies, 0, 3, 2).copyMember(ensemble, 1);
            for (int i = 0; i < 4; i++) {
                assertThat(copies.get(i).select(0, 1).sameAs(parameters.get(i).select(0, 1))).isTrue();
                assertThat(copies.get(i).select(0, 0).sameAs(parameters.get(i).select(0, 0))).isFalse();
            }
            assertThat(copies.flat().sub(before).sign().abs().sum().item()).isEqualTo(copies.elements() / 3.0);
            copies.close();
            parameters.close();
        }
    }

    @Test
    void sequencesOfDifferentLengthsAreReadAsIfAlone() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(22);
            Parameters parameters = Layer.GRU.parameters(random);
            Gru gru = Gru.of(parameters, 0, 5, 2);
            Tensor x = random.normal(3, TOKENS, WIDTH); // what lies before a sequence's first element is not looked at
            Tensor after = gru.after(x, Tensors.of(new float[]{1, 4, 3}, 3));
            int[] lengths = {1, 4, 3};
            for (int i = 0; i < 3; i++) {
                Tensor alone = x.narrow(0, i, 1).narrow(1, TOKENS - lengths[i], lengths[i]);
                Tensor expected = gru.apply(alone).select(1, lengths[i] - 1).select(0, 0);
                assertThat(largestDistance(after.select(0, i), expected)).as("length %d", lengths[i]).isLessThan(1e-6);
            }
            parameters.close();
        }
    }

    private static double largestDistance(Tensor a, Tensor b) {
        return a.sub(b).abs().reshape(-1).amax(0).item();
    }

    @Test
    void layerNormEqualsItsEquation() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(12);
            Parameters parameters = Layer.LAYER_NORM.parameters(random);
            try (NoGrad _ = new NoGrad()) {
                parameters.flat().copy_(random.normal(2 * WIDTH));
            }
            float[] scaleAndShift = parameters.flat().toFloats();
            Tensor x = random.normal(5, WIDTH).mul(3).add(1);
            float[] in = x.toFloats();
            float[] out = LayerNorm.of(parameters, 0).apply(x).toFloats();
            for (int row = 0; row < 5; row++) {
                double mean = 0;
                double square = 0;
                for (int i = 0; i < WIDTH; i++) {
                    mean += in[row * WIDTH + i] / WIDTH;
                }
                for (int i = 0; i < WIDTH; i++) {
                    square += Math.pow(in[row * WIDTH + i] - mean, 2) / WIDTH;
                }
                for (int i = 0; i < WIDTH; i++) {
                    double expected = (in[row * WIDTH + i] - mean) / Math.sqrt(square + 1e-5) * scaleAndShift[i]
                            + scaleAndShift[WIDTH + i];
                    assertThat((double) out[row * WIDTH + i]).isCloseTo(expected, within(1e-5));
                }
            }
            parameters.close();
        }
    }

    /** {@code h' = (1 - z) n + z h} with {@code n = tanh(W_in x + b_in + r (W_hn h + b_hn))} (Cho et al. 2014). */
    @Test
    void gatedRecurrentUnitsEqualTheirEquations() {
        int hidden = 3;
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(13);
            Parameters.Builder builder = new Parameters.Builder();
            Gru.declare(builder, "gru", 2, hidden, 1);
            Parameters parameters = builder.build(random);
            Tensor x = random.normal(1, TOKENS, 2);
            float[] out = Gru.of(parameters, 0, hidden, 1).apply(x).toFloats();
            double[] h = new double[hidden];
            for (int t = 0; t < TOKENS; t++) {
                double[] fromInput = affine(parameters, 0, 2, x.select(1, t).reshape(-1).toDoubles());
                double[] fromState = affine(parameters, 1, 3, h);
                double[] next = new double[hidden];
                for (int i = 0; i < hidden; i++) {
                    double r = sigmoid(fromInput[i] + fromState[i]);
                    double z = sigmoid(fromInput[hidden + i] + fromState[hidden + i]);
                    double n = Math.tanh(fromInput[2 * hidden + i] + r * fromState[2 * hidden + i]);
                    next[i] = (1 - z) * n + z * h[i];
                    assertThat((double) out[t * hidden + i]).isCloseTo(next[i], within(1e-5));
                }
                h = next;
            }
            parameters.close();
        }
    }

    /** {@code softmax(q kᵀ/√d) v} per head over the tokens that are not ignored, then the output projection. */
    @Test
    void attentionEqualsItsEquation() {
        int heads = 2;
        int d = WIDTH / heads;
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(15);
            Parameters parameters = Layer.ATTENTION.parameters(random);
            try (NoGrad _ = new NoGrad()) {
                parameters.flat().copy_(random.normal(parameters.elements()));
            }
            Tensor x = random.normal(2, TOKENS, WIDTH);
            Tensor mask = mask();
            double[] ignored = mask.toDoubles();
            float[] out = Attention.of(parameters, 0, WIDTH, heads).apply(x, mask).toFloats();
            for (int row = 0; row < 2; row++) {
                double[][] projected = new double[TOKENS][];
                for (int t = 0; t < TOKENS; t++) {
                    projected[t] = affineColumns(parameters, 0, x.select(0, row).select(0, t).toDoubles());
                }
                for (int t = 0; t < TOKENS; t++) {
                    double[] mixed = new double[WIDTH];
                    for (int head = 0; head < heads; head++) {
                        double[] weights = new double[TOKENS];
                        double total = 0;
                        for (int s = 0; s < TOKENS; s++) {
                            double score = 0;
                            for (int i = head * d; i < (head + 1) * d; i++) {
                                score += projected[t][i] * projected[s][WIDTH + i];
                            }
                            weights[s] = ignored[row * TOKENS + s] == 1 ? 0 : Math.exp(score / Math.sqrt(d));
                            total += weights[s];
                        }
                        for (int i = head * d; i < (head + 1) * d; i++) {
                            for (int s = 0; s < TOKENS; s++) {
                                mixed[i] += weights[s] / total * projected[s][2 * WIDTH + i];
                            }
                        }
                    }
                    double[] expected = affineColumns(parameters, 2, mixed);
                    for (int i = 0; i < WIDTH; i++) {
                        assertThat((double) out[(row * TOKENS + t) * WIDTH + i]).isCloseTo(expected[i], within(1e-4));
                    }
                }
            }
            parameters.close();
        }
    }

    /** {@code x W + b} with the weight [in, out] at an index and the bias after it. */
    private static double[] affineColumns(Parameters parameters, int weight, double[] x) {
        double[] y = parameters.get(weight + 1).toDoubles();
        double[] w = parameters.get(weight).toDoubles();
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.length; j++) {
                y[i] += w[j * y.length + i] * x[j];
            }
        }
        return y;
    }

    private static double[] affine(Parameters parameters, int weight, int bias, double[] x) {
        double[] y = parameters.get(bias).toDoubles();
        double[] w = parameters.get(weight).toDoubles();
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.length; j++) {
                y[i] += w[i * x.length + j] * x[j];
            }
        }
        return y;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void headsThatDoNotDivideTheWidthAreRefused() {
        Parameters parameters = Layer.ATTENTION.parameters(new TorchRandom(14));
        assertThatThrownBy(() -> Attention.of(parameters, 0, WIDTH, 4)).hasMessageContaining("4 heads");
        parameters.close();
    }
}
