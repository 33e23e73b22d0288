package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;

/** Sums of transition energies against closed forms (spec 06 §§1, 11). */
class FusedTransitionEnergyTest {

    private static Slices slice(int d) {
        return Slices.of(new float[d], new float[1], new float[]{1}, 1);
    }

    private static double[] minimiser(TransitionEnergy energy) {
        try (TorchScope _ = new TorchScope(); TorchWorkers workers = new TorchWorkers(1)) {
            EnergyLandscape landscape = energy.given(slice(energy.space().observationSize()));
            return new LangevinSampler(workers)
                    .sample(landscape, Langevin.prediction(100), RandomStream.of(1, "chains"))
                    .mul(landscape.scale()).toDoubles();
        }
    }

    /** The box scale does not matter: the same raw energy under other scales has the same raw minimum. */
    @Test
    void scalesOfExpertsDoNotMoveTheMinimum() {
        double[] precision = {40, 60, 30};
        double[] mean = {0.3, -0.25, 0.1};
        TransitionEnergy one = QuadraticEnergy.diagonal("one", precision, new double[]{1, 1, 1}, mean);
        TransitionEnergy narrow = QuadraticEnergy.diagonal("narrow", precision, new double[]{0.5, 0.4, 0.8}, mean);
        double[] alone = minimiser(one);
        double[] both = minimiser(new FusedTransitionEnergy(ExpertWeights.uniform(2), List.of(one, narrow)));
        for (int j = 0; j < 3; j++) {
            assertThat(alone[j]).isCloseTo(mean[j], within(1e-3));
            assertThat(both[j]).isCloseTo(mean[j], within(1e-3));
        }
    }

    /** The same fusion with one expert's scale doubled and its energy composed accordingly: E stays what it is in raw units. */
    @Test
    void aRescaledExpertLeavesTheLimitOfFusedChains() {
        TransitionEnergy left = QuadraticEnergy.diagonal("left", new double[]{30, 20}, new double[]{1, 1}, -0.4, 0.2);
        TransitionEnergy right = QuadraticEnergy.diagonal("right", new double[]{10, 40}, new double[]{0.9, 1}, 0.5, 0);
        TransitionEnergy rescaled = QuadraticEnergy.diagonal("right", new double[]{10, 40}, new double[]{1.8, 0.5}, 0.5,
                0);
        double[] before = minimiser(new FusedTransitionEnergy(ExpertWeights.uniform(2), List.of(left, right)));
        double[] after = minimiser(new FusedTransitionEnergy(ExpertWeights.uniform(2), List.of(left, rescaled)));
        assertThat(before[0]).isCloseTo((-0.4 * 30 + 0.5 * 10) / 40, within(1e-3));
        assertThat(before[1]).isCloseTo(0.2 * 20 / 60, within(1e-3));
        assertThat(after[0]).isCloseTo(before[0], within(1e-3));
        assertThat(after[1]).isCloseTo(before[1], within(1e-3));
    }

    /** {@code (Σ λ A)⁻¹ Σ λ A b}, curvatures of the sum at least 10. */
    @Test
    void linearGaussianExpertsHaveTheClosedFormMinimum() {
        RandomStream random = RandomStream.of(4, "matrices");
        for (int n = 0; n < 10; n++) {
            double[] lambda = {0.5, 0.3, 0.2};
            List<QuadraticEnergy> experts = new ArrayList<>();
            RealMatrix sum = new Array2DRowRealMatrix(3, 3);
            RealVector right = new ArrayRealVector(3);
            for (double weight : lambda) {
                RealMatrix root = new Array2DRowRealMatrix(3, 3);
                RealVector b = new ArrayRealVector(3);
                for (int i = 0; i < 3; i++) {
                    b.setEntry(i, random.uniform(-0.6, 0.6));
                    for (int j = 0; j < 3; j++) {
                        root.setEntry(i, j, 2 * random.gaussian());
                    }
                }
                RealMatrix a = root.multiplyTransposed(root);
                for (int i = 0; i < 3; i++) {
                    a.addToEntry(i, i, 14);
                }
                sum = sum.add(a.scalarMultiply(weight));
                right = right.add(a.operate(b).mapMultiply(weight));
                experts.add(new QuadraticEnergy("expert", QuadraticEnergy.line(2, 1), 1, a.getData(),
                        new double[]{1, 1, 1}, QuadraticEnergy.constant(b.toArray())));
            }
            double[] expected = new LUDecomposition(sum).getSolver().solve(right).toArray();
            double[] found = minimiser(new FusedTransitionEnergy(ExpertWeights.of(lambda), experts));
            for (int j = 0; j < 3; j++) {
                assertThat(found[j]).isCloseTo(expected[j], within(1e-3));
            }
        }
    }

    /** r_i(x) multiplies λ_i; a common factor moves nothing. */
    @Test
    void weightsMayDependOnTheSlice() {
        try (TorchScope _ = new TorchScope();
                FusedTransitionEnergy fused = new FusedTransitionEnergy(ExpertWeights.of(0.5, 0.5),
                        List.of(QuadraticEnergy.diagonal("a", new double[]{20, 20}, new double[]{1, 1}, 0.4, 0),
                                QuadraticEnergy.diagonal("b", new double[]{20, 20}, new double[]{1, 1}, -0.4, 0)))) {
            Slices two = Slices.of(new float[2], new float[2], new float[]{1, 1}, 1);
            Tensor u = Tensors.zeros(2, 2);
            EnergyLandscape landscape = fused.given(two,
                    List.of(Tensors.of(new float[]{1.5f, 0}, 2), Tensors.of(new float[]{0.5f, 2}, 2)));
            // ∂E/∂u at 0 is -20 Σ λ r b.
            float[] gradient = landscape.gradient(u).toFloats();
            assertThat(gradient[0]).isCloseTo(-20 * 0.5f * (1.5f * 0.4f - 0.5f * 0.4f), within(1e-5f));
            assertThat(gradient[2]).isCloseTo(20 * 0.5f * 2 * 0.4f, within(1e-5f));
            assertThat(landscape.energy(u).toFloats()[1]).isCloseTo(0.5f * 2 * 10 * 0.16f, within(1e-5f));
            assertThat(landscape.rows(1, 1).gradient(Tensors.zeros(1, 2)).toFloats()[0]).isEqualTo(gradient[2]);
        }
    }

    @Test
    void boxScalesAreTheLargestOfTheExperts() {
        try (TorchScope _ = new TorchScope();
                FusedTransitionEnergy fused = new FusedTransitionEnergy(ExpertWeights.of(0.75, 0.25),
                        List.of(QuadraticEnergy.diagonal("a", new double[]{1, 1}, new double[]{2, 0.5}, 0.4, 0.8),
                                QuadraticEnergy.diagonal("b", new double[]{1, 1}, new double[]{1, 3}, -0.4, 1.2)))) {
            EnergyLandscape landscape = fused.given(slice(1));
            assertThat(landscape.scale().toFloats()).containsExactly(2, 3);
            // Σ λ of the experts' centres, half their means, in units of the common scale.
            float[] centre = landscape.centre().toFloats();
            assertThat(centre[0]).isCloseTo((0.75f * 0.2f - 0.25f * 0.2f) / 2, within(1e-6f));
            assertThat(centre[1]).isCloseTo((0.75f * 0.4f + 0.25f * 0.6f) / 3, within(1e-6f));
        }
    }

    @Test
    void historiesAreAsLongAsTheShortest() {
        assertThat(fused(expert("a", QuadraticEnergy.line(2, 1), 5), expert("b", QuadraticEnergy.line(2, 1), 3))
                .longestSlice()).isEqualTo(3);
    }

    private static QuadraticEnergy expert(String name, TransitionSpace space, int longest) {
        int size = space.targetSize();
        return new QuadraticEnergy(name, space, longest, new double[size][size], new double[size],
                QuadraticEnergy.constant(new double[size]));
    }

    private static FusedTransitionEnergy fused(TransitionEnergy... experts) {
        return new FusedTransitionEnergy(ExpertWeights.uniform(experts.length), List.of(experts));
    }

    @Test
    void expertsOfOtherSpacesAreRefusedByName() {
        TransitionSpace pendulum = TransitionSpace.of(Environments.spec("Pendulum-v1"));
        TransitionSpace heavier = TransitionSpace.of(Environments.spec("Pendulum-v1:mass=1.5"));
        TransitionSpace mass = TransitionSpace.of(Environments.spec("PointMass2D-v0"));
        assertThat(fused(expert("a", pendulum, 1), expert("b", heavier, 1)).space()).isEqualTo(pendulum);
        assertThatThrownBy(() -> fused(expert("kitchen", pendulum, 1), expert("hall", mass, 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("kitchen has Pendulum-v1")
                .hasMessageContaining("hall has PointMass2D-v0");
        assertThatThrownBy(() -> fused(expert("kitchen", QuadraticEnergy.line(2, 1), 1),
                expert("hall", QuadraticEnergy.line(2, 1), 1), expert("cellar", QuadraticEnergy.line(3, 1), 1)))
                .hasMessageContaining("number of observation coordinates").hasMessageContaining("kitchen has 2")
                .hasMessageContaining("cellar has 3");
        assertThatThrownBy(() -> fused(expert("kitchen", QuadraticEnergy.line(2, 1), 1),
                expert("hall", QuadraticEnergy.line(2, 4), 1))).hasMessageContaining("kitchen has 1")
                .hasMessageContaining("hall has 4");
        TransitionSpace wider = new TransitionSpace("test", QuadraticEnergy.line(2, 1).observations(),
                List.of(new Quantity("a0", "1", -2, 2)));
        assertThatThrownBy(
                () -> fused(expert("kitchen", QuadraticEnergy.line(2, 1), 1), expert("hall", wider, 1)))
                .hasMessageContaining("actions and their ranges").hasMessageContaining("high=1.0")
                .hasMessageContaining("high=2.0");
    }

    @Test
    void oneWeightPerExpertIsNeeded() {
        List<QuadraticEnergy> one = List.of(expert("a", QuadraticEnergy.line(1, 1), 1));
        assertThatThrownBy(() -> new FusedTransitionEnergy(ExpertWeights.uniform(2), one))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 experts, found 2 weights");
    }

    @Test
    void closingClosesAllExperts() {
        QuadraticEnergy a = expert("a", QuadraticEnergy.line(1, 1), 1);
        QuadraticEnergy b = expert("b", QuadraticEnergy.line(1, 1), 1);
        fused(a, fused(b)).close();
        assertThat(List.of(a.closed(), b.closed())).containsOnly(true);
    }
}
