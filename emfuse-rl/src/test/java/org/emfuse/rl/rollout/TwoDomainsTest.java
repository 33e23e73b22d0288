package org.emfuse.rl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.Test;

/**
 * Two domains of one system, one with x < 0 and one with x > 0: the fusion of their models beats either on the union, in single
 * steps and in rollouts that begin on one side and end on the other (spec 06 §11).
 */
class TwoDomainsTest {

    private static double next(double x, double a) {
        return Math.clamp(x + 0.25 * a + 0.2 * Math.sin(3 * x), -2, 2);
    }

    /** Steps from states on one side of 0 and at most 2 from it, with reward x'; an episode ends after four or on the other side. */
    private static Transitions domain(long seed, int side, int episodes) {
        RandomStream random = RandomStream.of(seed, "domain");
        Transitions data = new Transitions(1, 1, new float[4 * episodes], new float[4 * episodes],
                new float[4 * episodes], new float[4 * episodes], new boolean[4 * episodes],
                new boolean[4 * episodes]);
        int n = 0;
        for (int e = 0; e < episodes; e++) {
            double x = side * random.uniform(0, 2);
            for (int t = 0; t < 4 && side * x > 0; t++, n++) {
                double a = random.uniform(-1, 1);
                data.observations()[n] = (float) x;
                data.actions()[n] = (float) a;
                x = next(x, a);
                data.nextObservations()[n] = (float) x;
                data.rewards()[n] = (float) x;
            }
            data.timeouts()[n - 1] = true;
        }
        return data.rows(0, n);
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
                EnergyTraining left = trained(domain(1, -1, 400), 1);
                EnergyTraining right = trained(domain(11, 1, 400), 101)) {
            FusedTransitionEnergy fused = new FusedTransitionEnergy(ExpertWeights.uniform(2),
                    List.of(left.best(), right.best()));
            List<Dynamics> single = List.of(simulator(left.best(), PredictionRule.Weights.FIXED, workers),
                    simulator(right.best(), PredictionRule.Weights.FIXED, workers));
            Dynamics both = simulator(fused, PredictionRule.Weights.FIXED, workers);
            Dynamics byPrecision = simulator(fused, PredictionRule.Weights.PRECISION, workers);

            Transitions union = Transitions.concat(List.of(domain(3, -1, 50), domain(4, 1, 50)));
            for (int value = 0; value < 2; value++) {
                int of = value;
                double best = single.stream().mapToDouble(each -> error(each, union)[of]).min().orElseThrow();
                assertThat(error(both, union)[of]).isLessThan(0.7 * best);
                assertThat(error(byPrecision, union)[of]).isLessThan(error(both, union)[of]);
            }
            for (int side : new int[]{-1, 1}) {
                double best = single.stream().mapToDouble(each -> crossing(each, side)).min().orElseThrow();
                assertThat(crossing(both, side)).isLessThan(0.85 * best);
                assertThat(crossing(byPrecision, side)).isLessThan(0.85 * best);
            }
        }
    }

    private static Dynamics simulator(TransitionEnergy energy, PredictionRule.Weights weights, TorchWorkers workers) {
        PredictionRule rule = PredictionRule.of(Langevin.prediction(60), new double[]{1})
                .withNext(PredictionRule.Next.ONE_STEP).withWeights(weights);
        return new EnergyDynamics(energy, rule, new LangevinSampler(workers),
                weights == PredictionRule.Weights.FIXED ? new double[0] : new double[]{1e-4, 1e-4});
    }

    /** Root mean square of the next state's error and of the reward's, over both domains. */
    private static double[] error(Dynamics dynamics, Transitions data) {
        OpenLoop open = OpenLoop.of(dynamics, data, 400, OpenLoop.HORIZONS, new double[]{1}, 1,
                RandomStream.of(1, "open loop"));
        return new double[]{open.states()[0], open.rewards()[0]};
    }

    /**
     * Rollouts by a policy that pushes from one side to the other, in the simulator all the way.
     *
     * @return root mean square of how far they are from where the system would be, over the steps that take it to the other side
     *         and on it
     */
    private static double crossing(Dynamics dynamics, int side) {
        double[] truth = new double[200];
        List<Double> squares = new ArrayList<>();
        Policy policy = (_, random) -> new double[]{-side * random.uniform(0.7, 1)};
        new Rollouts(dynamics, new StartHistories(domain(5, side, 50), dynamics.longestSlice()), _ -> false).run(policy,
                truth.length, 8, RandomStream.of(2, "rollouts"),
                (trajectory, step, state, action, _, next, _, _) -> {
                    truth[trajectory] = next(step == 0 ? state[0] : truth[trajectory], action[0]);
                    if (side * truth[trajectory] < 0) {
                        squares.add(Math.pow(truth[trajectory] - next[0], 2));
                    }
                });
        assertThat(squares).hasSizeGreaterThan(80);
        return Math.sqrt(squares.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
    }
}
