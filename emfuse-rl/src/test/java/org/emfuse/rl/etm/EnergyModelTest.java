package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.dynamics.EnergyLandscape;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.dynamics.QuadraticEnergy;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.dynamics.TransitionEnergyContract;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchException;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks as transition energies: the contract for every encoder, and what encoders must and must not see. */
class EnergyModelTest {

    private static EnergyModel model(EncoderKind kind, long seed) {
        int k = kind == EncoderKind.PAIR ? 1 : 3;
        Normaliser.Values scales = new SliceData(LinearSystem.episodes(seed, 20, 10), k).scales();
        return new EnergyModel("model" + seed, LinearSystem.space(), new EnergyArchitecture(kind, k, 24, 3),
                Normaliser.of(scales), new TorchRandom(seed));
    }

    @Nested
    class Pair extends TransitionEnergyContract {
        @Override
        protected TransitionEnergy energy(long seed) {
            return model(EncoderKind.PAIR, seed);
        }
    }

    @Nested
    class ByAttention extends TransitionEnergyContract {
        @Override
        protected TransitionEnergy energy(long seed) {
            return model(EncoderKind.ATTENTION, seed);
        }
    }

    @Nested
    class ByGru extends TransitionEnergyContract {
        @Override
        protected TransitionEnergy energy(long seed) {
            return model(EncoderKind.GRU, seed);
        }
    }

    @Nested
    class Fused extends TransitionEnergyContract {
        @Override
        protected TransitionEnergy energy(long seed) {
            return new FusedTransitionEnergy(ExpertWeights.of(0.6, 0.4),
                    List.of(model(EncoderKind.ATTENTION, 10 * seed), model(EncoderKind.GRU, 10 * seed + 1)));
        }
    }

    /** Three slices of length 2 in 3 places; what the first place holds is given. */
    private static Slices twoOfThree(float padding, float older, float newer) {
        float[] starts = {0.3f, -0.2f, 1, 0.5f, -0.7f, 0.1f};
        float[] actions = {padding, older, newer, padding, older, newer, padding, older, newer};
        return Slices.of(starts, actions, new float[]{2, 2, 2}, 3);
    }

    private static Tensor energies(EnergyModel model, Slices slices) {
        return model.given(slices).energy(Tensors.zeros(slices.size(), 3).fill_(0.2));
    }

    @ParameterizedTest
    @EnumSource(names = {"ATTENTION", "GRU"})
    void whatStandsInPaddedPlacesDoesNotMatter(EncoderKind kind) {
        try (TorchScope _ = new TorchScope(); EnergyModel model = model(kind, 1)) {
            Tensor energies = energies(model, twoOfThree(0, 0.5f, -0.4f));
            assertThat(energies(model, twoOfThree(9, 0.5f, -0.4f)).sameAs(energies)).isTrue();
            assertThat(energies(model, twoOfThree(Float.NaN, 0.5f, -0.4f)).sameAs(energies)).isTrue();
        }
    }

    /** Three full slices of three actions. */
    private static Slices threeOfThree(float oldest, float older, float newest) {
        Slices two = twoOfThree(oldest, older, newest);
        return new Slices(two.starts(), two.actions(), Tensors.of(new float[]{3, 3, 3}, 3));
    }

    private static void assertApart(float[] a, float[] b) {
        for (int i = 0; i < a.length; i++) {
            assertThat(Math.abs(a[i] - b[i])).isGreaterThan(1e-4f);
        }
    }

    /** The newest action stays: what the encoder keeps is its token, which would differ even if age were not seen. */
    @ParameterizedTest
    @EnumSource(names = {"ATTENTION", "GRU"})
    void theOrderOfOlderActionsMatters(EncoderKind kind) {
        try (TorchScope _ = new TorchScope(); EnergyModel model = model(kind, 1)) {
            assertApart(energies(model, threeOfThree(0.9f, -0.6f, 0.3f)).toFloats(),
                    energies(model, threeOfThree(-0.6f, 0.9f, 0.3f)).toFloats());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ATTENTION", "GRU"})
    void theNewestActionAndTheNumberOfActionsMatter(EncoderKind kind) {
        try (TorchScope _ = new TorchScope(); EnergyModel model = model(kind, 1)) {
            float[] energies = energies(model, twoOfThree(0, 0.5f, -0.4f)).toFloats();
            assertApart(energies(model, twoOfThree(0, 0.5f, 0.8f)).toFloats(), energies);
            assertApart(energies(model, threeOfThree(0, 0.5f, -0.4f)).toFloats(), energies);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsDoNotSeeEachOther(EncoderKind kind) {
        try (TorchScope _ = new TorchScope(); EnergyModel model = model(kind, 1)) {
            int k = model.longestSlice();
            float[] starts = {0.3f, -0.2f, 1, 0.5f};
            float[] moved = {0.3f, -0.2f, -5, 7};
            float[] ones = {1, 1};
            Tensor first = energies(model, Slices.of(starts, new float[2 * k], ones, k)).narrow(0, 0, 1);
            Tensor same = energies(model, Slices.of(moved, new float[2 * k], ones, k)).narrow(0, 0, 1);
            assertThat(same.sameAs(first)).isTrue();
        }
    }

    @Test
    void shorterTypesGiveACoarserDerivative() {
        try (TorchScope _ = new TorchScope(); EnergyModel model = model(EncoderKind.ATTENTION, 1)) {
            Slices slices = twoOfThree(0, 0.5f, -0.4f);
            Tensor u = new TorchRandom(4).uniform(-1, 1, 3, 3);
            Tensor exact = model.given(slices).gradient(u);
            model.products(DType.BFLOAT16);
            Tensor coarse = model.given(slices).gradient(u);
            assertThat(coarse.type()).isEqualTo(DType.FLOAT32);
            double distance = Math.sqrt(coarse.sub(exact).square().sum().item() / exact.square().sum().item());
            assertThat(distance).isBetween(1e-6, 0.05);
            assertThat(model.given(slices).energy(u).sameAs(model.given(slices).energy(u))).isTrue();
        }
    }

    /** Spec 06 §1: a wall of slope 5 per coordinate beyond ±1.1, from the energy at the edge. */
    @Test
    void beyondTheBoxIsAWall() {
        try (TorchScope _ = new TorchScope(); EnergyModel model = model(EncoderKind.PAIR, 1)) {
            EnergyLandscape landscape = model.given(Slices.of(new float[2], new float[1], new float[]{1}, 1));
            Tensor edge = Tensors.of(new float[]{1.1f, -1.1f, 0.3f}, 1, 3);
            Tensor beyond = Tensors.of(new float[]{1.5f, -2.1f, 0.3f}, 1, 3);
            assertThat(landscape.energy(beyond).item() - landscape.energy(edge).item()).isCloseTo(5 * 1.4,
                    within(1e-5));
            float[] gradient = landscape.gradient(beyond).toFloats();
            assertThat(gradient[0]).isEqualTo(5);
            assertThat(gradient[1]).isEqualTo(-5);
            assertThat(gradient[2]).isEqualTo(landscape.gradient(edge).toFloats()[2]);
        }
    }

    @Test
    void theSizesOfThePublishedModels() {
        assertThat(parameters(EnergyArchitecture.etm(), 11, 3)).isEqualTo(126_201);
        assertThat(parameters(EnergyArchitecture.etm(), 17, 6)).isEqualTo(129_201);
    }

    private static long parameters(EnergyArchitecture architecture, int d, int p) {
        double[][] scale = new double[architecture.longest()][d + 1];
        try (EnergyModel model = new EnergyModel("size",
                QuadraticEnergy.line(d, p), architecture, Normaliser.of(new Normaliser.Values(
                        new double[d], new double[d], new double[p], new double[p], scale, scale)),
                new TorchRandom(1))) {
            return model.parameters().elements();
        }
    }

    @Test
    void derivativesLeaveNoGraphBehind() {
        try (TorchScope _ = new TorchScope(); EnergyModel model = model(EncoderKind.ATTENTION, 1)) {
            EnergyLandscape landscape = model.given(twoOfThree(0, 0.5f, -0.4f));
            Tensor u = Tensors.zeros(3, 3).requiresGrad();
            assertThatThrownBy(() -> Tensors.gradients(landscape.gradient(u), List.of(u), false))
                    .isInstanceOf(TorchException.class);
            try (NoGrad _ = new NoGrad()) {
                assertThat(landscape.gradient(u).sameAs(landscape.gradient(u.detach()))).isTrue();
            }
        }
    }

    @Test
    void shapesOfNoUseAreRefused() {
        assertThatThrownBy(() -> new EnergyArchitecture(EncoderKind.PAIR, 2, 8, 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("slices of length 1");
        assertThatThrownBy(() -> new EnergyArchitecture(EncoderKind.GRU, 0, 8, 1))
                .hasMessageContaining("from 1 to 100, found 0");
        assertThatThrownBy(() -> EnergyArchitecture.etm().withHead(0, 1)).hasMessageContaining("units in a layer");
        Normaliser.Values ofTwo = new SliceData(LinearSystem.episodes(1, 4, 5), 2).scales();
        try (Normaliser normaliser = Normaliser.of(ofTwo)) {
            assertThatThrownBy(() -> new EnergyModel("m", LinearSystem.space(), EnergyArchitecture.adetm(3), normaliser,
                    new TorchRandom(1))).hasMessageContaining("up to 3").hasMessageContaining("found 2");
        }
    }
}
