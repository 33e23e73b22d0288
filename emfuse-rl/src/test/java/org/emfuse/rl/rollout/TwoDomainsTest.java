package org.emfuse.rl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

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
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.Test;

/**
 * Two domains of one system, one with x < 0 and one with x > 0: the fusion of their models beats either on the union, in single
 * steps, in rollouts that begin on one side and end on the other, and by the policy that is learned in it (spec 06 §11).
 */
class TwoDomainsTest {

    private static double next(double x, double a) {
        return Math.clamp(x + 0.25 * a + 0.2 * Math.sin(3 * x), -2, 2);
    }

    /** Highest at -1.6 and at 1.6, where nothing stays that does not push outwards. */
    private static double outwards(double next) {
        return -Math.pow(Math.abs(next) - 1.6, 2);
    }

    /** Steps from states on one side of 0 and at most 2 from it, with reward x'; an episode ends after four or on the other side. */
    private static Transitions domain(long seed, int side, int episodes) {
        return domain(seed, side, episodes, next -> next);
    }

    /** The same with another reward, a function of x'. */
    private static Transitions domain(long seed, int side, int episodes, DoubleUnaryOperator reward) {
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
                data.rewards()[n] = (float) reward.applyAsDouble(x);
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

    @Test
    void aPolicyLearnedInTheFusionBeatsThoseOfEitherOnTheUnion() {
        Transitions leftData = domain(1, -1, 400, TwoDomainsTest::outwards);
        Transitions rightData = domain(11, 1, 400, TwoDomainsTest::outwards);
        Transitions logs = Transitions.concat(List.of(leftData, rightData));
        try (TorchWorkers workers = new TorchWorkers(1);
                EnergyTraining left = trained(leftData, 1);
                EnergyTraining right = trained(rightData, 101)) {
            double best = Stream.of(left, right)
                    .mapToDouble(each -> learnedReturn(
                            simulator(each.best(), PredictionRule.Weights.FIXED, workers), logs))
                    .max().orElseThrow();
            FusedTransitionEnergy fused = new FusedTransitionEnergy(ExpertWeights.uniform(2),
                    List.of(left.best(), right.best()));
            for (PredictionRule.Weights weights : List.of(PredictionRule.Weights.FIXED,
                    PredictionRule.Weights.PRECISION)) {
                assertThat(learnedReturn(simulator(fused, weights, workers), logs))
                        .isGreaterThan(0.6 * best); // returns are negative
            }
        }
    }

    /** Mean true return of eight steps, from states on both sides, of the policy that is learned in a simulator from both logs. */
    private static double learnedReturn(Dynamics dynamics, Transitions logs) {
        SacConfig sac = SacConfig.online().withHidden(List.of(32, 32)).withBatch(64).withGamma(0.9);
        PolicyConfig config = new PolicyConfig("", List.of("models"), "logs", "toy", "toy", sac, 1500, 300, 60, 6, 5, 0,
                0, 1500, 1, 1, 1);
        try (PolicyTraining training = new PolicyTraining(config, dynamics, logs)) {
            while (!training.done()) {
                training.step();
            }
            Policy policy = ActorPolicy.deterministic(training.actor());
            RandomStream random = RandomStream.of(3, "starts");
            double sum = 0;
            for (int i = 0; i < 40; i++) {
                double x = -1.95 + 0.1 * i;
                for (int t = 0; t < 8; t++) {
                    x = next(x, policy.act(new double[]{x}, random)[0]);
                    sum += outwards(x);
                }
            }
            return sum / 40;
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
