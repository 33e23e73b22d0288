package org.emfuse.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

/** What holds of the law for every carrier of energies. Random cases come from a fixed seed. */
public abstract class EnergySpaceContract<E> {

    private static final int CASES = 50;
    private static final int OUTCOMES = 37;

    /** The space under test. */
    protected abstract EnergySpace<E> space();

    /** A carrier with the given values. */
    protected abstract E carrier(double[] values);

    /** The values of a carrier. */
    protected abstract double[] values(E carrier);

    /** How far sums may be from exact ones, in nats. */
    protected abstract double tolerance();

    private final SplittableRandom random = new SplittableRandom(20261123);

    private double[] row() {
        return random.doubles(OUTCOMES, 0, 12).toArray();
    }

    private ExpertWeights weights(int n) {
        double[] lambda = random.doubles(n, 0.01, 1).toArray();
        double sum = Arrays.stream(lambda).sum();
        return ExpertWeights.of(Arrays.stream(lambda).map(l -> l / sum).toArray());
    }

    private double[] fuse(ExpertWeights weights, List<double[]> rows) {
        List<E> carriers = new ArrayList<>();
        rows.forEach(row -> carriers.add(carrier(row)));
        return values(EnergyFusion.fuse(weights, carriers, space()));
    }

    private void assertClose(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int v = 0; v < actual.length; v++) {
            assertThat(actual[v]).isCloseTo(expected[v], offset(tolerance()));
        }
    }

    @Test
    void oneExpertIsTheIdentity() {
        double[] row = row();
        assertClose(fuse(ExpertWeights.of(1), List.of(row)), row);
    }

    @Test
    void equalExpertsAreTheIdentity() {
        for (int c = 0; c < CASES; c++) {
            double[] row = row();
            assertClose(fuse(weights(3), List.of(row, row, row)), row);
        }
    }

    @Test
    void theSumIsTheWeightedSum() {
        for (int c = 0; c < CASES; c++) {
            ExpertWeights w = weights(3);
            List<double[]> rows = List.of(row(), row(), row());
            double[] expected = new double[OUTCOMES];
            for (int v = 0; v < OUTCOMES; v++) {
                for (int i = 0; i < 3; i++) {
                    expected[v] += w.lambda(i) * rows.get(i)[v];
                }
            }
            assertClose(fuse(w, rows), expected);
        }
    }

    @Test
    void permutingExpertsAndWeightsTogetherChangesNothing() {
        for (int c = 0; c < CASES; c++) {
            ExpertWeights w = weights(3);
            double[] a = row();
            double[] b = row();
            double[] d = row();
            assertClose(fuse(ExpertWeights.of(w.lambda(2), w.lambda(0), w.lambda(1)), List.of(d, a, b)),
                    fuse(w, List.of(a, b, d)));
        }
    }

    @Test
    void anExpertWithoutWeightIsIgnoredEvenAtInfiniteEnergy() {
        double[] row = row();
        double[] infinite = new double[OUTCOMES];
        Arrays.fill(infinite, Double.POSITIVE_INFINITY);
        assertClose(fuse(ExpertWeights.of(1, 0), List.of(row, infinite)), row);
        assertClose(fuse(ExpertWeights.of(0, 1), List.of(infinite, row)), row);
    }

    @Test
    void inputsAreNotModified() {
        double[] a = row();
        double[] b = row();
        E first = carrier(a);
        E second = carrier(b);
        EnergyFusion.fuse(ExpertWeights.uniform(2), List.of(first, second), space());
        assertClose(values(first), a);
        assertClose(values(second), b);
    }

    @Test
    void nestedFusionEqualsFlatFusionWithMultipliedWeights() {
        for (int c = 0; c < CASES; c++) {
            ExpertWeights inner = weights(2);
            ExpertWeights outer = weights(2);
            double[] a = row();
            double[] b = row();
            double[] d = row();
            double[] nested = fuse(outer, List.of(fuse(inner, List.of(a, b)), d));
            ExpertWeights flat = ExpertWeights.of(outer.lambda(0) * inner.lambda(0), outer.lambda(0) * inner.lambda(1),
                    outer.lambda(1));
            assertClose(nested, fuse(flat, List.of(a, b, d)));
        }
    }

    @Test
    void splittingAnExpertIntoTwoCopiesChangesNothing() {
        double[] a = row();
        double[] b = row();
        assertClose(fuse(ExpertWeights.of(.3, .3, .4), List.of(a, a, b)),
                fuse(ExpertWeights.of(.6, .4), List.of(a, b)));
    }

    @Test
    void refusesAnotherNumberOfEnergiesThanWeights() {
        assertThatThrownBy(() -> fuse(ExpertWeights.uniform(3), List.of(row(), row())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3 weights")
                .hasMessageContaining("2 energies");
    }

    @Test
    void refusesEnergiesOfDifferentOutcomeSets() {
        assertThatThrownBy(() -> fuse(ExpertWeights.uniform(2), List.of(row(), new double[OUTCOMES - 1])))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("37").hasMessageContaining("36");
    }
}
