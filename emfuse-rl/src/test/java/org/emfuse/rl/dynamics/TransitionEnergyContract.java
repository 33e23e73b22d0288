package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds of every transition energy, single or fused. Random cases come from fixed seeds. */
public abstract class TransitionEnergyContract {

    private static final int ROWS = 23;

    private TransitionEnergy energy;
    private TransitionEnergy other;
    private TorchScope scope;

    /** A new energy; different seeds give different ones of one space and one longest slice. */
    protected abstract TransitionEnergy energy(long seed);

    @BeforeEach
    void make() {
        scope = new TorchScope();
        energy = energy(1);
        other = energy(2);
    }

    @AfterEach
    void free() {
        energy.close();
        energy.close(); // idempotent
        other.close();
        scope.close();
    }

    /** Random slices of all lengths up to {@code places}. */
    private Slices slices(int places) {
        int d = energy.space().observationSize();
        int p = energy.space().actionSize();
        RandomStream random = RandomStream.of(7, "slices");
        float[] starts = new float[ROWS * d];
        float[] actions = new float[ROWS * places * p];
        float[] lengths = new float[ROWS];
        for (int i = 0; i < ROWS; i++) {
            int m = 1 + i % places;
            lengths[i] = m;
            for (int j = 0; j < d; j++) {
                starts[i * d + j] = (float) random.gaussian();
            }
            for (int j = (places - m) * p; j < places * p; j++) {
                actions[i * places * p + j] = (float) random.uniform(-1, 1);
            }
        }
        return Slices.of(starts, actions, lengths, places);
    }

    private EnergyLandscape landscape(TransitionEnergy of) {
        return of.given(slices(of.longestSlice()));
    }

    /** Targets of which some coordinates lie beyond what models are trained on. */
    private Tensor targets() {
        return new TorchRandom(3).uniform(-1.3, 1.3, ROWS, energy.space().targetSize());
    }

    private static void assertClose(Tensor found, Tensor expected, double relative) {
        assertThat(found.shape()).isEqualTo(expected.shape());
        double size = Math.sqrt(expected.square().sum().item());
        assertThat(Math.sqrt(found.sub(expected).square().sum().item())).isLessThanOrEqualTo(relative * size);
    }

    private static void assertEqual(Tensor found, Tensor expected) {
        assertThat(found.sameAs(expected)).isTrue();
        assertThat(found.allFinite()).isTrue();
    }

    @Test
    void shapesAreThoseOfHistoriesAndTargets() {
        EnergyLandscape landscape = landscape(energy);
        long[] targets = {ROWS, energy.space().targetSize()};
        assertThat(landscape.size()).isEqualTo(ROWS);
        assertThat(landscape.scale().shape()).containsExactly(targets);
        assertThat(landscape.scale().neg().reshape(-1).amax(0).item()).isLessThan(0);
        assertThat(landscape.centre().shape()).containsExactly(targets);
        assertThat(landscape.energy(targets()).shape()).containsExactly(ROWS);
        assertThat(landscape.gradient(targets()).shape()).containsExactly(targets);
    }

    @Test
    void energiesDependOnTheHistoryAndOnTheTarget() {
        EnergyLandscape landscape = landscape(energy);
        Tensor one = Tensors.zeros(ROWS, energy.space().targetSize()).fill_(0.3);
        assertThat(distinct(landscape.energy(one))).isGreaterThan(ROWS / 2);
        assertThat(landscape.energy(one).sameAs(landscape.energy(one.mul(-1)))).isFalse();
        assertThat(landscape.energy(one).sameAs(landscape(other).energy(one))).isFalse();
    }

    private static long distinct(Tensor values) {
        return Arrays.stream(values.toDoubles()).distinct().count();
    }

    @Test
    void theGradientIsTheDerivativeOfTheEnergy() {
        EnergyLandscape landscape = landscape(energy);
        Tensor u = targets();
        assertClose(landscape.gradient(u), Tensors.gradient(landscape::energy, u), 1e-5);
    }

    @Test
    void theGradientAgreesWithFiniteDifferences() {
        EnergyLandscape landscape = landscape(energy);
        Tensor u = targets();
        Tensor gradient = landscape.gradient(u);
        double step = 4e-3;
        for (int j = 0; j < energy.space().targetSize(); j++) {
            Tensor shift = Tensors.zeros(u.shape());
            shift.narrow(1, j, 1).fill_(step);
            Tensor difference = landscape.energy(u.add(shift)).sub(landscape.energy(u.sub(shift))).mul(0.5 / step);
            assertClose(gradient.select(1, j), difference, 3e-2);
        }
    }

    @Test
    void rowsAreThoseOfTheWhole() {
        EnergyLandscape whole = landscape(energy);
        Tensor u = targets();
        for (long[] part : new long[][]{{0, ROWS}, {0, 1}, {5, 9}, {ROWS - 1, 1}}) {
            EnergyLandscape rows = whole.rows(part[0], part[1]);
            Function<Tensor, Tensor> same = tensor -> tensor.narrow(0, part[0], part[1]);
            assertThat(rows.size()).isEqualTo(part[1]);
            assertEqual(rows.scale(), same.apply(whole.scale()));
            assertEqual(rows.centre(), same.apply(whole.centre()));
            assertClose(rows.energy(same.apply(u)), same.apply(whole.energy(u)), 1e-5);
            assertClose(rows.gradient(same.apply(u)), same.apply(whole.gradient(u)), 1e-5);
        }
        assertClose(whole.rows(2, 10).rows(3, 4).gradient(u.narrow(0, 5, 4)), whole.gradient(u).narrow(0, 5, 4), 1e-5);
    }

    @Test
    void slicesOfFewerPlacesArePutInTheirPlaces() {
        Tensor u = targets();
        Slices shorter = slices(1);
        EnergyLandscape given = energy.given(shorter);
        EnergyLandscape placed = energy.given(shorter.withPlaces(energy.longestSlice()));
        assertEqual(given.energy(u), placed.energy(u));
        assertEqual(given.gradient(u), placed.gradient(u));
        assertEqual(given.scale(), placed.scale());
    }

    @Test
    void slicesOfMorePlacesAreRefused() {
        int places = energy.longestSlice() + 1;
        assertThatThrownBy(() -> energy.given(slices(places))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most " + (places - 1)).hasMessageContaining("found " + places);
    }

    // Closed under fusion.

    private Tensor ends(TransitionEnergy of, Chain langevin) {
        try (TorchWorkers workers = new TorchWorkers(1)) {
            return new LangevinSampler(workers).sample(landscape(of), langevin, RandomStream.of(5, "chains"));
        }
    }

    /** The members are not closed: they belong to the test. */
    private static FusedTransitionEnergy fused(double[] lambda, TransitionEnergy... experts) {
        return new FusedTransitionEnergy(ExpertWeights.of(lambda), List.of(experts));
    }

    @Test
    void fusedAloneItIsTheSameBitForBit() {
        FusedTransitionEnergy alone = fused(new double[]{1}, energy);
        Tensor u = targets();
        assertThat(alone.name()).isEqualTo(energy.name());
        assertThat(alone.space()).isEqualTo(energy.space());
        assertThat(alone.longestSlice()).isEqualTo(energy.longestSlice());
        assertEqual(landscape(alone).scale(), landscape(energy).scale());
        assertEqual(landscape(alone).centre(), landscape(energy).centre());
        assertEqual(landscape(alone).energy(u), landscape(energy).energy(u));
        assertEqual(landscape(alone).gradient(u), landscape(energy).gradient(u));
        for (Chain langevin : List.of(Langevin.negatives(), Langevin.official(30), Langevin.prediction(30),
                Resilient.negatives(10), Resilient.prediction(12))) {
            assertEqual(ends(alone, langevin), ends(energy, langevin));
        }
    }

    private void assertSameLandscape(TransitionEnergy found, TransitionEnergy expected) {
        Tensor u = targets();
        EnergyLandscape a = landscape(found);
        EnergyLandscape b = landscape(expected);
        assertClose(a.scale(), b.scale(), 1e-6);
        assertClose(a.centre(), b.centre(), 1e-5);
        assertClose(a.energy(u), b.energy(u), 1e-5);
        assertClose(a.gradient(u), b.gradient(u), 1e-5);
        assertThat(ends(found, Langevin.prediction(30)).sub(ends(expected, Langevin.prediction(30))).abs().mean()
                .item()).isCloseTo(0, within(1e-4));
    }

    @Test
    void nestedFusionIsFlatFusionWithMultipliedWeights() {
        TransitionEnergy third = energy(3);
        assertSameLandscape(fused(new double[]{0.7, 0.3}, fused(new double[]{0.4, 0.6}, energy, other), third),
                fused(new double[]{0.28, 0.42, 0.3}, energy, other, third));
        third.close();
    }

    @Test
    void theOrderOfExpertsWithTheirWeightsChangesNothing() {
        assertSameLandscape(fused(new double[]{0.3, 0.7}, energy, other), fused(new double[]{0.7, 0.3}, other, energy));
    }

    @Test
    void twiceTheSameIsTheSame() {
        assertSameLandscape(fused(new double[]{0.3, 0.7}, energy, energy), energy);
    }

    @Test
    void anExpertWithoutWeightIsIgnored() {
        TransitionEnergy alone = fused(new double[]{1, 0}, energy, wide());
        assertSameLandscape(alone, energy);
        assertSameLandscape(fused(new double[]{0, 1}, wide(), energy), energy);
    }

    /** An expert with far larger scales and energies that are not numbers. */
    private TransitionEnergy wide() {
        int size = energy.space().targetSize();
        double[] scale = new double[size];
        Arrays.fill(scale, 1e6);
        double[][] precision = new double[size][size];
        precision[0][0] = Double.NaN;
        return new QuadraticEnergy("wide", energy.space(), energy.longestSlice(), precision, scale,
                QuadraticEnergy.constant(new double[size]));
    }
}
