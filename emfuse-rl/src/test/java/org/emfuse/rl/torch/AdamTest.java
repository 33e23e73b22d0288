package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.Test;

/** The flat optimiser against libtorch's own. */
class AdamTest {

    @Test
    void stepsEqualThoseOfLibtorch() {
        compare(0);
    }

    @Test
    void stepsWithWeightDecayEqualThoseOfLibtorch() {
        compare(0.1);
    }

    private static void compare(double decay) {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(1);
            Parameters.Builder builder = new Parameters.Builder();
            int first = Mlp.declare(builder, "net", 3, 8, 1);
            Parameters ours = builder.build(random);
            Tensor x = random.normal(32, 3);
            Tensor y = random.normal(32, 1);

            org.bytedeco.pytorch.Tensor[] theirs = new org.bytedeco.pytorch.Tensor[4];
            for (int i = 0; i < 4; i++) {
                theirs[i] = ours.get(first + i).detach().copy().requiresGrad().raw();
            }
            AdamOptions options = new AdamOptions(1e-2);
            options.weight_decay().put(decay);
            try (org.bytedeco.pytorch.Adam reference = new org.bytedeco.pytorch.Adam(new TensorVector(theirs), options);
                    Adam adam = new Adam(ours, 1e-2, decay)) {
                for (int step = 0; step < 50; step++) {
                    Tensor loss = Mlp.of(ours, first, 2).apply(x).sub(y).square().mean();
                    adam.step(ours.gradient(loss));
                    reference.zero_grad();
                    Tensor h = Tensors.addmm(Tensor.of(theirs[1]), x, Tensor.of(theirs[0])).relu();
                    Tensors.addmm(Tensor.of(theirs[3]), h, Tensor.of(theirs[2])).sub(y).square().mean().raw()
                            .backward();
                    reference.step();
                }
            }
            for (int i = 0; i < 4; i++) {
                double distance = ours.get(first + i).detach().sub(Tensor.of(theirs[i]).detach()).abs().amax(0).sum()
                        .item();
                assertThat(distance).as("parameter %d", i).isCloseTo(0, within(1e-5));
            }
            ours.close();
        }
    }

    @Test
    void decayOfEachParameterIsAddedToItsOwnGradient() {
        try (TorchScope _ = new TorchScope()) {
            Parameters.Builder builder = new Parameters.Builder();
            builder.uniform("a", 1, 3, 2);
            builder.uniform("b", 1, 4);
            builder.uniform("c", 1, 2);
            Parameters one = builder.build(new TorchRandom(2));
            Parameters other = builder.build(new TorchRandom(2));
            Tensor decay = Tensors.of(new float[]{.5f, .5f, .5f, .5f, .5f, .5f, 0, 0, 0, 0, 2, 2}, 12);
            TorchRandom random = new TorchRandom(3);
            try (Adam adam = new Adam(one, 1e-2, name -> switch (name) {
                case "a" -> 0.5;
                case "b" -> 0;
                default -> 2;
            }); Adam plain = new Adam(other, 1e-2)) {
                for (int step = 0; step < 20; step++) {
                    Tensor gradient = random.normal(12);
                    adam.step(gradient);
                    plain.step(gradient.add(other.flat().mul(decay)));
                }
            }
            assertThat(one.flat().sub(other.flat()).abs().amax(0).item()).isLessThan(1e-6);
            one.close();
            other.close();
        }
    }

    @Test
    void wrongRatesAreRefused() {
        Parameters.Builder builder = new Parameters.Builder();
        builder.constant("x", 0, 1);
        try (Parameters parameters = builder.build(new TorchRandom(1))) {
            assertThatThrownBy(() -> new Adam(parameters, 0)).hasMessageContaining("rate > 0");
            assertThatThrownBy(() -> new Adam(parameters, Double.NaN)).hasMessageContaining("rate > 0");
            assertThatThrownBy(() -> new Adam(parameters, 1e-3, -1)).hasMessageContaining("weight decay");
            assertThatThrownBy(() -> new Adam(parameters, 1e-3, _ -> Double.NaN)).hasMessageContaining("weight decay");
        }
    }
}
