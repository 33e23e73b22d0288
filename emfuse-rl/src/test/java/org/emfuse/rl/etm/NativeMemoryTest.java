package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.bytedeco.javacpp.Pointer;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Training and simulation leave no native objects behind, however often they are asked. Objects are counted; the collector is run
 * before, so that what others left does not hide what is left here.
 */
class NativeMemoryTest {

    private static long objects() {
        System.gc();
        LockSupport.parkNanos(100_000_000); // a thread of the binding frees what the collector found
        return Pointer.totalCount();
    }

    private static void assertFlat(Runnable work) {
        long third = 0;
        for (int i = 1; i <= 30; i++) {
            work.run();
            third = i == 3 ? objects() : third;
        }
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(third);
    }

    @ParameterizedTest
    @EnumSource
    void updatesAndMeasurementsLeaveNothing(EncoderKind kind) {
        EnergyConfig config = EnergyConfig
                .of(new EnergyArchitecture(kind, kind == EncoderKind.PAIR ? 1 : 3, 16, 2), 30, 1, "hash")
                .withBatch(60, 10, 4).withPrediction(Langevin.prediction(4)).withEvaluation(2, 25, 20);
        try (EnergyTraining training = new EnergyTraining("m", config, LinearSystem.space(),
                LinearSystem.episodes(1, 20, 10), 2)) {
            assertFlat(training::step);
        }
    }

    private static EnergyModel model(long seed) {
        return new EnergyModel("m" + seed, LinearSystem.space(),
                new EnergyArchitecture(EncoderKind.ATTENTION, 3, 16, 2),
                Normaliser.of(new SliceData(LinearSystem.episodes(seed, 20, 10), 3).scales()), new TorchRandom(seed));
    }

    /** With every part of a simulator at work. */
    @Test
    void predictionsLeaveNothing() {
        int n = 300; // slices of three lengths: two blocks
        PredictionRule rule = PredictionRule.of(Langevin.prediction(4), new double[]{1, 1})
                .withNext(PredictionRule.Next.NOISY_STATE).withUncertainty(PredictionRule.Uncertainty.MAX, 1)
                .withWeights(PredictionRule.Weights.PRECISION);
        Histories histories = new Histories(n, 3, 2, 1);
        for (int i = 0; i < 3 * n; i++) {
            histories.push(i % n, new double[]{0.001 * i, 0.2}, new double[]{0.3});
        }
        int[] all = IntStream.range(0, n).toArray();
        RandomStream random = RandomStream.of(1, "predictions");
        try (TorchWorkers workers = new TorchWorkers(2);
                EnergyDynamics dynamics = new EnergyDynamics(
                        new FusedTransitionEnergy(ExpertWeights.uniform(2), List.of(model(1), model(2))), rule,
                        new LangevinSampler(workers), new double[]{1e-3, 1e-3})) {
            assertFlat(() -> assertThat(Arrays.stream(dynamics.predict(histories, all, random).uncertainty()).sum())
                    .isPositive());
        }
    }
}
