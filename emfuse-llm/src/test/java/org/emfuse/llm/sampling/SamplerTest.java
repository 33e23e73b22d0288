package org.emfuse.llm.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.emfuse.energy.Boltzmann;
import org.junit.jupiter.api.Test;

/** Sampling steps against their definitions, and frequencies against probabilities. */
class SamplerTest {

    private static SamplingParams params(double temperature, int topK, double topP, double minP) {
        return new SamplingParams(temperature, topK, topP, minP, 1, 0, 0, 64, Map.of(), 1);
    }

    private static float[] row(long seed, int size) {
        Random random = new Random(seed);
        float[] energies = new float[size];
        for (int v = 0; v < size; v++) {
            energies[v] = (float) (3 * random.nextGaussian());
        }
        Boltzmann.normalize(energies);
        return energies;
    }

    private static float[] after(SamplingParams params, float[] energies, int... history) {
        TokenHistory tokens = new TokenHistory();
        Arrays.stream(history).forEach(tokens::add);
        float[] copy = energies.clone();
        Sampler.of(params, tokens).sample(copy, new Random(1));
        return copy;
    }

    private static Set<Integer> support(float[] energies) {
        Set<Integer> kept = new HashSet<>();
        IntStream.range(0, energies.length).filter(v -> energies[v] < Float.POSITIVE_INFINITY).forEach(kept::add);
        return kept;
    }

    private static List<Integer> byProbability(float[] energies) {
        return IntStream.range(0, energies.length).boxed().sorted(Comparator.comparingDouble(v -> energies[v]))
                .toList();
    }

    @Test
    void zeroTemperatureTakesTheMostProbableAndTheSmallestIdOnTies() {
        Sampler sampler = Sampler.of(SamplingParams.GREEDY, new TokenHistory());
        assertThat(sampler.sample(new float[]{3, 1, 1, 2}, new Random(1))).isEqualTo(1);
    }

    @Test
    void temperatureDividesEnergies() {
        float[] row = row(1, 50);
        float[] hot = after(params(2, 0, 1, 0), row);
        double[] expected = new double[50];
        double sum = 0;
        for (int v = 0; v < 50; v++) {
            expected[v] = Math.exp(-row[v] / 2);
            sum += expected[v];
        }
        for (int v = 0; v < 50; v++) {
            assertThat(Math.exp(-hot[v])).isCloseTo(expected[v] / sum, within(1e-6));
        }
    }

    @Test
    void temperaturesTowardsZeroBecomeTheMostProbableToken() {
        SamplingParams biased = new SamplingParams(1e-300, 0, 1, 0, 1, 0, 0, 64, Map.of(3, 20.0), 1);
        for (double temperature : new double[]{1e-10, 1e-38, 1e-40, 1e-300, Double.MIN_VALUE}) {
            for (long seed = 0; seed < 5; seed++) {
                float[] row = row(seed, 40);
                row[5] = Float.POSITIVE_INFINITY;
                assertThat(support(after(params(temperature, 0, 1, 0), row)))
                        .contains(byProbability(row).getFirst()).doesNotContain(5);
                assertThat(Sampler.of(params(temperature, 0, 0.9, 0.1), new TokenHistory()).sample(row.clone(),
                        new Random(seed))).isEqualTo(byProbability(row).getFirst());
            }
            float[] certain = after(params(temperature, 0, 1, 0), new float[]{Float.POSITIVE_INFINITY, 0, 30});
            assertThat(certain[1]).isZero();
            assertThat(Math.exp(-certain[2])).isZero();
        }
        // A bias can leave a negative energy.
        assertThat(Sampler.of(biased, new TokenHistory()).sample(row(1, 40), new Random(1))).isEqualTo(3);
        float[] twice = after(params(1e-300, 0, 1, 0), new float[]{2, 1, 1});
        assertThat(twice).containsExactly(Float.POSITIVE_INFINITY, (float) Math.log(2), (float) Math.log(2));
    }

    @Test
    void topKKeepsTheKMostProbable() {
        for (int k : new int[]{1, 3, 49, 50, 80}) {
            float[] row = row(k, 50);
            assertThat(support(after(params(1, k, 1, 0), row)))
                    .containsExactlyInAnyOrderElementsOf(byProbability(row).subList(0, Math.min(k, 50)));
        }
    }

    @Test
    void topPKeepsTheFewestWhoseMassReachesP() {
        for (long seed = 0; seed < 30; seed++) {
            float[] row = row(seed, 300);
            double p = 0.05 + 0.031 * seed;
            Set<Integer> expected = new HashSet<>();
            double mass = 0;
            for (int v : byProbability(row)) {
                if (mass >= p) {
                    break;
                }
                expected.add(v);
                mass += Math.exp(-(double) row[v]);
            }
            assertThat(support(after(params(1, 0, p, 0), row))).isEqualTo(expected);
        }
    }

    @Test
    void minPKeepsWhatHasAShareOfTheBest() {
        float[] row = row(7, 100);
        double best = Math.exp(-row[byProbability(row).getFirst()]);
        Set<Integer> expected = new HashSet<>();
        for (int v = 0; v < row.length; v++) {
            if (Math.exp(-(double) row[v]) >= 0.2 * best) {
                expected.add(v);
            }
        }
        assertThat(support(after(params(1, 0, 1, 0.2), row))).isEqualTo(expected);
    }

    @Test
    void truncationsComeAfterTheTemperature() {
        float[] row = row(4, 100);
        int cold = support(after(params(0.5, 0, 0.9, 0), row)).size();
        int hot = support(after(params(2, 0, 0.9, 0), row)).size();
        assertThat(cold).isLessThan(hot);
    }

    @Test
    void penaltiesActOnNormalisedEnergiesOfTokensInTheWindow() {
        float[] row = row(5, 10);
        SamplingParams penal = new SamplingParams(1, 0, 1, 0, 1.5, 0.25, 0.5, 3, Map.of(), 1);
        float[] got = after(penal, row, 9, 2, 4, 2);
        float[] expected = row.clone();
        expected[2] = row[2] * 1.5f + 0.25f + 2 * 0.5f;
        expected[4] = row[4] * 1.5f + 0.25f + 0.5f;
        Boltzmann.normalize(expected);
        assertThat(got).usingComparatorWithPrecision(1e-5f).containsExactly(expected);
    }

    @Test
    void aBiasShiftsTheLogProbabilityAndCanForbid() {
        float[] row = row(6, 10);
        SamplingParams biased = new SamplingParams(1, 0, 1, 0, 1, 0, 0, 64, Map.of(3, 2.0, 5, Double.NEGATIVE_INFINITY),
                1);
        float[] got = after(biased, row);
        assertThat(support(got)).hasSize(9).doesNotContain(5);
        assertThat((double) got[3] - got[4]).isCloseTo((double) row[3] - row[4] - 2, within(1e-5));
    }

    @Test
    void whatForbidsEveryTokenIsAnError() {
        SamplingParams none = new SamplingParams(1, 0, 1, 0, 1, 0, 0, 64, Map.of(0, Double.NEGATIVE_INFINITY), 1);
        Sampler sampler = Sampler.of(none, new TokenHistory());
        assertThatThrownBy(() -> sampler.sample(new float[]{0, Float.POSITIVE_INFINITY}, new Random(1)))
                .hasMessageContaining("no token is left");
        SamplingParams outside = new SamplingParams(1, 0, 1, 0, 1, 0, 0, 64, Map.of(7, 1.0), 1);
        assertThatThrownBy(() -> Sampler.of(outside, new TokenHistory()).sample(new float[]{0, 1}, new Random(1)))
                .hasMessageContaining("token 7").hasMessageContaining("2 tokens");
    }

    @Test
    void tokensComeAsOftenAsTheirProbability() {
        float[] row = row(8, 12);
        Random random = new Random(42);
        Sampler sampler = Sampler.of(params(1, 0, 1, 0), new TokenHistory());
        int n = 20_000;
        double[] counts = new double[row.length];
        for (int k = 0; k < n; k++) {
            counts[sampler.sample(row.clone(), random)]++;
        }
        double chiSquare = 0;
        for (int v = 0; v < row.length; v++) {
            double expected = n * Math.exp(-(double) row[v]);
            chiSquare += (counts[v] - expected) * (counts[v] - expected) / expected;
        }
        // 11 degrees of freedom: beyond 31.3 with probability 0.001.
        assertThat(chiSquare).isLessThan(31.3);
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        assertThatThrownBy(() -> params(-1, 0, 1, 0)).hasMessageContaining("temperature").hasMessageContaining("-1");
        assertThatThrownBy(() -> params(Double.NaN, 0, 1, 0)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> params(1, -1, 1, 0)).hasMessageContaining("top-k");
        assertThatThrownBy(() -> params(1, 0, 0, 0)).hasMessageContaining("top-p");
        assertThatThrownBy(() -> params(1, 0, 1, 1.5)).hasMessageContaining("min-p");
    }
}
