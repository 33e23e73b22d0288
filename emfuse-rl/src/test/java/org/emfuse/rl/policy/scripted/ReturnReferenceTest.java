package org.emfuse.rl.policy.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.EnvironmentsPage;
import org.emfuse.rl.env.ReturnReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReturnReferenceTest {

    private static final String OBSTACLES = "PointMass2D-v0:obstacles=1";
    /** Apart from the seeds 0 to 999 of the documented means, so that the samples are independent. */
    private static final int FIRST_SEED = 100_000;
    private static final int EPISODES = 200;

    /** A row of the documentation's table of references. */
    private record Documented(String environment, String policy, double mean, double error) {

        static List<Documented> all() throws IOException {
            List<Documented> all = new ArrayList<>();
            for (List<String> row : EnvironmentsPage.rows(EnvironmentsPage.section("References"),
                    "| environment | policy | mean return | standard error |")) {
                all.add(new Documented(row.get(0).replace("`", ""), row.get(1), Double.parseDouble(row.get(2)),
                        Double.parseDouble(row.get(3))));
            }
            return all;
        }

        static Documented of(String environment, boolean random) throws IOException {
            return all().stream().filter(
                    row -> row.environment.equals(environment) && row.policy.equals("random actions") == random)
                    .findFirst().orElseThrow();
        }
    }

    @Test
    void aScoreIsZeroAtRandomAndAHundredAtTheReference() {
        ReturnReference reference = new ReturnReference(-20.272305, 3234.3);
        assertThat(reference.normalise(-20.272305)).isZero();
        assertThat(reference.normalise(3234.3)).isEqualTo(100);
        assertThat(reference.normalise(1607.0138475)).isCloseTo(50, within(1e-12));
        assertThatThrownBy(() -> new ReturnReference(1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReturnReference(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theDocumentationGivesTheValuesOfTheCode() throws IOException {
        List<String> environments = new ArrayList<>(Environments.ids());
        environments.add(OBSTACLES);
        for (String environment : environments) {
            ReturnReference reference = Environments.spec(environment).reference();
            assertThat(Documented.of(environment, true).mean).as(environment).isEqualTo(reference.random());
            assertThat(Documented.of(environment, false).mean).as(environment).isEqualTo(reference.reference());
        }
    }

    /**
     * Two independent means of the same distribution differ by more than 4 standard errors of their difference in 1 of 16,000
     * cases. The seeds are fixed, so the test either always passes or never.
     */
    @ParameterizedTest
    @CsvSource({"Pendulum-v1, pendulum-swingup", "CartPoleSwingUp-v0, cartpole-swingup",
        "PointMass2D-v0, pointmass-lqr", "Reacher2D-v0, reacher-computed-torque", OBSTACLES + ","})
    void otherEpisodesAgreeWithTheDocumentedMeans(String environment, String controller) throws IOException {
        requireAgreement(Documented.of(environment, true),
                EpisodeReturns.of(environment, "random", FIRST_SEED, EPISODES));
        if (controller != null) {
            requireAgreement(Documented.of(environment, false),
                    EpisodeReturns.of(environment, controller, FIRST_SEED, EPISODES));
        }
    }

    private static void requireAgreement(Documented documented, double[] returns) {
        double error = EpisodeReturns.standardError(returns);
        assertThat(EpisodeReturns.mean(returns)).as("%s", documented).isCloseTo(documented.mean,
                within(4 * Math.hypot(error, documented.error)));
        // The standard error itself, from 200 instead of 1,000 episodes; returns of random actions have heavy tails.
        assertThat(error / Math.sqrt(1000.0 / EPISODES)).as("standard error of %s", documented)
                .isBetween(documented.error / 1.5, documented.error * 1.5);
    }

    /** Where the force limit is never reached, minus the cost to go at the start is the largest return there is. */
    @Test
    void thePointMassReferenceIsTheOptimum() {
        EnvSpec spec = Environments.spec("PointMass2D-v0");
        PointMassLqr lqr = new PointMassLqr(spec);
        double[] optimum = new double[1000];
        double largestForce = 0;
        try (Env env = Environments.make(spec.id())) {
            for (int seed = 0; seed < optimum.length; seed++) {
                double[] observation = env.reset(seed);
                optimum[seed] = -lqr.costToGo(0, observation);
                for (int t = 0; t < spec.horizon(); t++) {
                    double[] force = lqr.act(t, observation);
                    largestForce = Math.max(largestForce, Math.max(Math.abs(force[0]), Math.abs(force[1])));
                    observation = env.step(force).observation();
                }
            }
        }
        assertThat(largestForce).isLessThan(0.95);
        assertThat(EpisodeReturns.mean(optimum)).isCloseTo(spec.reference().reference(), within(5e-5));
        assertThat(EpisodeReturns.mean(EpisodeReturns.of(spec.id(), lqr, 0, optimum.length)))
                .isCloseTo(spec.reference().reference(), within(5e-5));
    }
}
