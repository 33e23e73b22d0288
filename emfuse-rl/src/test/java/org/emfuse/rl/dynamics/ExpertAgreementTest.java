package org.emfuse.rl.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchWorkers;
import org.junit.jupiter.api.Test;

/** Experts whose boxes and predictions are known: what of the sum's predictions is outside, and how far they are apart. */
class ExpertAgreementTest {

    private static final double[][] PRECISION = {{80, 0, 0}, {0, 80, 0}, {0, 0, 20}};

    /** An expert by which each state coordinate changes by a multiple of the last action, and the reward is 0. */
    private static QuadraticEnergy expert(String name, double gain, double scale) {
        return new QuadraticEnergy(name, LinearSystem.space(), 2, PRECISION, new double[]{scale, scale, 1}, slices -> {
            Tensor change = slices.actions().select(1, 1).mul(gain);
            return Tensors.cat(1, change, change, change.mul(0));
        });
    }

    private static ExpertAgreement agreement(ExpertWeights weights, Transitions data, int histories,
            TransitionEnergy... experts) {
        try (TorchWorkers workers = new TorchWorkers(1);
                EnergyDynamics dynamics = new EnergyDynamics(new FusedTransitionEnergy(weights, List.of(experts)),
                        PredictionRule.of(Langevin.prediction(100), new double[]{0.5, 0.5}),
                        new LangevinSampler(workers))) {
            return ExpertAgreement.of(dynamics, data, histories, RandomStream.of(1, "agreement"));
        }
    }

    /** The sum predicts 1.5 times the action: outside of a box of 0.3 beyond an action of 0.22, of one of 3 never. */
    @Test
    void predictionsOutsideOfABoxAreCounted() {
        Transitions data = LinearSystem.exact(1, 40, 6);
        ExpertAgreement found = agreement(ExpertWeights.uniform(2), data, 1000, expert("narrow", 1.2, 0.3),
                expert("wide", 1.8, 3));
        assertThat(found.experts()).containsExactly("narrow", "wide");
        int beyond = 0;
        int all = 0;
        double[] actions = new double[200];
        for (int i = 0; i < data.size(); i++) {
            if (i % 6 > 0) { // with a pair before it
                beyond += Math.abs(data.actions()[i]) > 0.22 ? 1 : 0;
                actions[all++] = Math.abs(data.actions()[i]);
            }
        }
        assertThat(found.spread()).hasSize(all);
        assertThat(beyond).isBetween(100, 180);
        assertThat(found.outside()[0]).isCloseTo((double) beyond / all, within(0.01));
        assertThat(found.outside()[1]).isZero();
        assertThat(found.notes()).singleElement().asString().contains("narrow",
                Math.round(100 * found.outside()[0]) + " %");
        for (int i = 0; i < all; i++) {
            assertThat(found.spread()[i]).isCloseTo(apart(actions[i]), within(1e-2));
        }
        Arrays.sort(actions);
        assertThat(found.medianSpread()).isCloseTo(apart(actions[all / 2]), within(1e-2));
    }

    /** Half the distance of 1.8 |a| and of 1.2 |a|, which alone ends at the edge of its box, in units of 0.5. */
    private static double apart(double action) {
        return 1.8 * action - Math.min(1.2 * action, 0.33);
    }

    @Test
    void expertsThatAgreeGiveNoCauseForNotes() {
        ExpertAgreement found = agreement(ExpertWeights.of(1, 0), LinearSystem.exact(1, 3, 1), 2, expert("a", 0.5, 1),
                expert("without a say", -0.5, 0.7));
        assertThat(found.spread()).containsExactly(0, 0);
        assertThat(found.outside()).containsExactly(0, 0);
        assertThat(found.notes()).isEmpty();
        assertThatThrownBy(() -> agreement(ExpertWeights.uniform(1), LinearSystem.exact(1, 1, 1).rows(0, 0), 5,
                expert("a", 0.5, 1))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("none");
    }
}
