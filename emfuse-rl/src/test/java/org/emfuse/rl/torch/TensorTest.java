package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.junit.jupiter.api.Test;

/** The layer over libtorch: values, errors, ownership, derivatives. */
class TensorTest {

    @Test
    void valuesGoInAndComeOut() {
        try (TorchScope _ = new TorchScope()) {
            float[] values = {1, 2, 3, 4, 5, 6};
            Tensor tensor = Tensors.of(values, 2, 3);
            values[0] = 9; // copied on the way in
            assertThat(tensor.shape()).containsExactly(2, 3);
            assertThat(tensor.transpose(0, 1).toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
            assertThat(Tensors.of(new long[]{7, 8}, 2).toDoubles()).containsExactly(7, 8);
            assertThat(Tensors.range(3).toDoubles()).containsExactly(0, 1, 2);
        }
    }

    @Test
    void aShapeThatDoesNotFitIsRefusedBeforeNativeCode() {
        assertThatThrownBy(() -> Tensors.of(new float[5], 2, 3)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6 values, found 5");
    }

    @Test
    void aRefusalOfLibtorchIsOneLine() {
        try (TorchScope _ = new TorchScope()) {
            Tensor a = Tensors.zeros(2, 3);
            assertThatThrownBy(() -> a.matmul(a)).isInstanceOf(TorchException.class).hasMessageContaining("2x3 and 2x3")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void useAfterCloseIsOneClearException() {
        Tensor tensor = Tensors.zeros(2);
        tensor.close();
        tensor.close();
        assertThatThrownBy(tensor::sum).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after it was closed");
        Tensor inner;
        try (TorchScope _ = new TorchScope()) {
            inner = Tensors.zeros(2);
        }
        assertThatThrownBy(() -> inner.add(1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("scope had ended");
    }

    @Test
    void aKeptTensorOutlivesItsScope() {
        Tensor kept;
        try (TorchScope scope = new TorchScope()) {
            kept = scope.keep(Tensors.scalar(3).add(1));
        }
        assertThat(kept.item()).isEqualTo(4);
        kept.close();
    }

    @Test
    void theGradientWithRespectToAnInputAgreesWithFiniteDifferences() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(1);
            Parameters.Builder builder = new Parameters.Builder();
            int first = Mlp.declare(builder, "net", 4, 16, 1);
            Parameters parameters = builder.build(random);
            Mlp net = Mlp.of(parameters, first, 2);
            Tensor x = random.normal(3, 4);
            Tensor gradient = Tensors.gradients(net.apply(x.requiresGrad()).square(), List.of(x), false)[0];
            double step = 1e-2;
            for (int i = 0; i < 12; i++) {
                float[] shift = new float[12];
                shift[i] = (float) step;
                Tensor delta = Tensors.of(shift, 3, 4);
                double up = net.apply(x.detach().add(delta)).square().sum().item();
                double down = net.apply(x.detach().sub(delta)).square().sum().item();
                assertThat((double) gradient.toFloats()[i]).isCloseTo((up - down) / (2 * step), within(2e-3));
            }
            parameters.close();
        }
    }

    /** d/dθ ‖dE/dx‖², which the gradient penalty of transition models needs, through every kind of layer. */
    @Test
    void theSecondDerivativeAgreesWithFiniteDifferencesThroughEveryLayer() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(2);
            Parameters.Builder builder = new Parameters.Builder();
            int norm = LayerNorm.declare(builder, "norm", 8);
            int attention = Attention.declare(builder, "attention", 8);
            int gru = Gru.declare(builder, "gru", 8, 8, 2);
            int head = MlpEnsemble.declare(builder, "head", 2, 8, 8, 1);
            Parameters parameters = builder.build(random);
            Tensor input = random.normal(3, 5, 8);
            Tensor mask = Tensors.of(new float[]{0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, 3, 5).greater(0.5);
            java.util.function.Supplier<Tensor> penalty = () -> {
                Tensor x = input.copy().requiresGrad();
                Tensor mixed = Attention.of(parameters, attention, 8, 2).apply(LayerNorm.of(parameters, norm).apply(x),
                        mask);
                Tensor states = Gru.of(parameters, gru, 8, 2).apply(mixed);
                Tensor energy = MlpEnsemble.of(parameters, head, 2, 2).apply(states.mean(1).silu());
                return Tensors.gradients(energy, List.of(x), true)[0].square().sum().mul(1e4);
            };
            float[] analytic = parameters.gradient(penalty.get()).toFloats();
            double step = 1e-2;
            double largest = 0;
            for (int i = 0; i < analytic.length; i += 37) {
                double up = shifted(parameters, i, step, penalty);
                double down = shifted(parameters, i, -step, penalty);
                assertThat((double) analytic[i]).as("parameter %d", i).isCloseTo((up - down) / (2 * step),
                        within(2e-2));
                largest = Math.max(largest, Math.abs(analytic[i]));
            }
            assertThat(largest).isGreaterThan(0.5);
            parameters.close();
        }
    }

    private static double shifted(Parameters parameters, int i, double by,
            java.util.function.Supplier<Tensor> function) {
        Tensor entry = parameters.flat().narrow(0, i, 1);
        try (NoGrad _ = new NoGrad()) {
            entry.add_(by);
        }
        double value = function.get().item();
        try (NoGrad _ = new NoGrad()) {
            entry.add_(-by);
        }
        return value;
    }

    @Test
    void ignoredTokensDoNotMatter() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(3);
            Parameters.Builder builder = new Parameters.Builder();
            int first = Attention.declare(builder, "attention", 8);
            Parameters parameters = builder.build(random);
            Attention attention = Attention.of(parameters, first, 8, 4);
            Tensor x = random.normal(1, 4, 8);
            Tensor mask = Tensors.of(new float[]{0, 0, 1, 1}, 1, 4).greater(0.5);
            float[] before = attention.apply(x, mask).narrow(1, 0, 2).toFloats();
            x.narrow(1, 2, 2).fill_(99);
            assertThat(attention.apply(x, mask).narrow(1, 0, 2).toFloats()).containsExactly(before);
            assertThat(attention.apply(x, null).narrow(1, 0, 2).toFloats()).isNotEqualTo(before);
            parameters.close();
        }
    }

    @Test
    void anEnsembleEqualsItsMembers() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(4);
            Parameters.Builder builder = new Parameters.Builder();
            int first = MlpEnsemble.declare(builder, "twin", 2, 5, 7, 3);
            Parameters parameters = builder.build(random);
            Tensor x = random.normal(6, 5);
            Tensor both = MlpEnsemble.of(parameters, first, 2, 2).apply(x);
            for (int member = 0; member < 2; member++) {
                Tensor h = x.matmul(parameters.get(first).select(0, member))
                        .add(parameters.get(first + 1).select(0, member));
                Tensor out = h.relu().matmul(parameters.get(first + 2).select(0, member))
                        .add(parameters.get(first + 3).select(0, member));
                assertThat(both.select(0, member).sub(out).abs().sum().item()).isLessThan(1e-5);
            }
            parameters.close();
        }
    }

    @Test
    void nothingIsRecordedWhereDifferentiationIsOff() {
        try (TorchScope _ = new TorchScope()) {
            Tensor x = Tensors.zeros(2).requiresGrad();
            Tensor y;
            try (NoGrad _ = new NoGrad()) {
                y = x.add(1).square();
            }
            assertThatThrownBy(() -> Tensors.gradients(y, List.of(x), false)).isInstanceOf(TorchException.class);
            assertThat(Tensors.gradients(x.add(1).square(), List.of(x), false)[0].toFloats()).containsExactly(2, 2);
        }
    }

    @Test
    void randomnessIsOnesOwnAndCanBeResumed() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(5);
            Tensor state = random.state();
            float[] first = random.normal(10).toFloats();
            new TorchRandom(6).normal(10); // another source does not disturb this one
            random.restore(state);
            assertThat(random.normal(10).toFloats()).containsExactly(first);
            assertThat(new TorchRandom(5).normal(10).toFloats()).containsExactly(first);
            assertThat(new TorchRandom(7).normal(10).toFloats()).isNotEqualTo(first);
        }
    }
}
