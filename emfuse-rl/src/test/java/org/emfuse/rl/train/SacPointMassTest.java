package org.emfuse.rl.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.ToDoubleBiFunction;

import org.emfuse.rl.env.Step;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.sac.SacConfig;
import org.junit.jupiter.api.Test;

/** Soft actor-critic reaches the optimum of a task whose optimum is known (spec 06 §11.7). */
class SacPointMassTest {

    private static final int EPISODES = 50;

    /** Mean return over fixed episodes of actions that are a function of the step and the observation. */
    private static double mean(ToDoubleBiFunction<Integer, double[]> action) {
        double sum = 0;
        try (PointMass1D env = new PointMass1D()) {
            for (int seed = 0; seed < EPISODES; seed++) {
                double[] observation = env.reset(seed);
                for (int t = 0; t < PointMass1D.HORIZON; t++) {
                    Step step = env.step(new double[]{action.applyAsDouble(t, observation)});
                    sum += step.reward();
                    observation = step.observation();
                }
            }
        }
        return sum / EPISODES;
    }

    /** Mean return of the optimal gains times a factor. */
    private static double linear(double factor) {
        double[][] gains = PointMass1D.gains();
        return mean((t, s) -> {
            double action = -factor * (gains[t][0] * s[0] + gains[t][1] * s[1]);
            assertThat(Math.abs(action)).as("the optimum is not cut off by the range").isLessThan(1);
            return action;
        });
    }

    @Test
    void reaches95PercentOfTheOptimum() {
        RandomStream random = RandomStream.of(1, "random");
        double worst = mean((t, s) -> random.uniform(-1, 1));
        double best = linear(1);
        assertThat(best).isGreaterThan(Math.max(linear(0.95), linear(1.05)));
        SacConfig sac = SacConfig.online().withHidden(List.of(64, 64)).withBatch(64).withGamma(0.95);
        OnlineConfig config = new OnlineConfig("PointMass1D-test", sac, 1500, 300, 1500, 1000, 1, 1, 1);
        try (OnlineTraining training = new OnlineTraining(config, new PointMass1D())) {
            while (!training.done()) {
                training.step();
            }
            double reached = Evaluation.run(training.policy(), PointMass1D::new, EPISODES, 0).mean();
            assertThat((reached - worst) / (best - worst)).isGreaterThan(0.95);
        }
    }
}
