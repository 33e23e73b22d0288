package org.emfuse.rl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.QuadraticEnergy;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.etm.EncoderKind;
import org.emfuse.rl.etm.EnergyArchitecture;
import org.emfuse.rl.etm.EnergyConfig;
import org.emfuse.rl.etm.EnergyTraining;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.Test;

/**
 * Two domains of one system, one with x < 0 and one with x > 0: the fusion of their models beats either on the union (spec 06
 * §11).
 */
class TwoDomainsTest {

    private static double next(double x, double a) {
        return x + 0.25 * a + 0.3 * Math.sin(3 * x);
    }

    /** Episodes of four steps that begin in a range, with reward x'. */
    private static Transitions domain(long seed, double low, double high, int episodes) {
        int length = 4;
        int n = episodes * length;
        RandomStream random = RandomStream.of(seed, "domain");
        Transitions data = new Transitions(1, 1, new float[n], new float[n], new float[n], new float[n],
                new boolean[n], new boolean[n]);
        for (int e = 0; e < episodes; e++) {
            double x = random.uniform(low, high);
            for (int i = e * length; i < (e + 1) * length; i++) {
                double a = random.uniform(-1, 1);
                data.observations()[i] = (float) x;
                data.actions()[i] = (float) a;
                x = Math.clamp(next(x, a), low, high);
                data.nextObservations()[i] = (float) x;
                data.rewards()[i] = (float) x;
            }
            data.timeouts()[(e + 1) * length - 1] = true;
        }
        return data;
    }

    private static EnergyTraining trained(Transitions data, long seed) {
        EnergyConfig config = EnergyConfig
                .of(new EnergyArchitecture(EncoderKind.ATTENTION, 2, 32, 2), 300, seed, "hash")
                .withBatch(64, 8, 15).withPrediction(Langevin.prediction(40)).withCosine()
                .withEvaluation(300, 25, 300);
        EnergyTraining training = new EnergyTraining("domain" + seed, config, QuadraticEnergy.line(1, 1), data, 1);
        while (!training.done()) {
            training.step();
        }
        return training;
    }

    @Test
    void theFusionOfTwoDomainsBeatsEitherOnTheUnion() {
        try (TorchWorkers workers = new TorchWorkers(1);
                EnergyTraining left = trained(domain(1, -2, 0, 400), 1);
                EnergyTraining right = trained(domain(11, 0, 2, 400), 101)) {
            Transitions union = Transitions.concat(List.of(domain(3, -2, 0, 50), domain(4, 0, 2, 50)));
            FusedTransitionEnergy fused = new FusedTransitionEnergy(ExpertWeights.uniform(2),
                    List.of(left.best(), right.best()));
            double[] ofLeft = error(left.best(), PredictionRule.Weights.FIXED, workers, union);
            double[] ofRight = error(right.best(), PredictionRule.Weights.FIXED, workers, union);
            double[] ofBoth = error(fused, PredictionRule.Weights.FIXED, workers, union);
            double[] byPrecision = error(fused, PredictionRule.Weights.PRECISION, workers, union);
            for (int value = 0; value < 2; value++) {
                double best = Math.min(ofLeft[value], ofRight[value]);
                assertThat(ofBoth[value]).isLessThan(0.7 * best);
                assertThat(byPrecision[value]).isLessThan(ofBoth[value]);
            }
        }
    }

    /** Root mean square of the next state's error and of the reward's, over both domains. */
    private static double[] error(TransitionEnergy energy, PredictionRule.Weights weights, TorchWorkers workers,
            Transitions data) {
        PredictionRule rule = PredictionRule.of(Langevin.prediction(60), new double[]{1})
                .withNext(PredictionRule.Next.ONE_STEP).withWeights(weights);
        Dynamics dynamics = new EnergyDynamics(energy, rule, new LangevinSampler(workers),
                weights == PredictionRule.Weights.FIXED ? new double[0] : new double[]{1e-4, 1e-4});
        OpenLoop open = OpenLoop.of(dynamics, data, 400, OpenLoop.HORIZONS, new double[]{1}, 1,
                RandomStream.of(1, "open loop"));
        return new double[]{open.states()[0], open.rewards()[0]};
    }
}
