package org.emfuse.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.emfuse.energy.InvalidEnergiesException;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.energy.Rows;
import org.junit.jupiter.api.Test;

/** Spec 01 §4: an expert that fails at a row is refused, or left out there. */
class DroppingTest {

    private static final float[] SOUND = Rows.energies(.5, .3, .2);
    private static final float[] OTHER = Rows.energies(.1, .3, .6);
    private static final float[] NAN = {0, Float.NaN, 0};
    private static final float[] NOTHING = {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY};

    @Test
    void withoutItAFaultyExpertIsRefused() {
        assertThatThrownBy(() -> new Additive().apply(List.of(SOUND, NAN), ExpertWeights.uniform(2), RuleState.START,
                new float[3])).hasMessageContaining("expert 1").hasMessageContaining("NaN");
    }

    @Test
    void faultyExpertsLoseTheirWeightToTheOthers() {
        Weighting weighting = new Weighting.Dropping(new Weighting.Fixed(ExpertWeights.of(.2, .3, .1, .4)));
        ExpertWeights sequence = weighting.forSequence(4, null);
        ExpertWeights row = weighting.forRow(sequence, List.of(SOUND, OTHER, NAN, NOTHING));
        assertThat(row.toArray()).containsExactly(new double[]{.4, .6, 0, 0}, within(1e-12));
        assertThat(weighting.forRow(sequence, List.of(SOUND, OTHER, SOUND, OTHER))).isEqualTo(sequence);
        FusedStep step = FusedStep.of(List.of(SOUND, OTHER, NAN, NOTHING), row, -1);
        assertThat(step.faulty()).isEqualTo(2);
        assertThat(step.logZ()).isFinite();
    }

    @Test
    void entropyWeightsAreThoseOfTheExpertsThatAreLeft() {
        Weighting weighting = new Weighting.Dropping(new Weighting.Entropy(2));
        ExpertWeights three = weighting.forRow(weighting.forSequence(3, null), List.of(SOUND, NAN, OTHER));
        Weighting plain = new Weighting.Entropy(2);
        ExpertWeights two = plain.forRow(plain.forSequence(2, null), List.of(SOUND, OTHER));
        assertThat(three.lambda(0)).isCloseTo(two.lambda(0), within(1e-12));
        assertThat(three.lambda(1)).isZero();
    }

    @Test
    void ifNobodyIsLeftTheRowIsRefused() {
        Weighting weighting = new Weighting.Dropping(new Weighting.Uniform());
        assertThatThrownBy(() -> weighting.forRow(ExpertWeights.uniform(2), List.of(NAN, NOTHING)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no expert");
        assertThatThrownBy(() -> weighting.forRow(ExpertWeights.of(1, 0), List.of(NAN, SOUND)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Spec 01 §4: a logit of +∞ makes the step invalid; it is no expert to be left out. */
    @Test
    void anInfiniteLogitIsAnErrorEvenSo() {
        float[] infinite = {0, Float.NEGATIVE_INFINITY, 1};
        Weighting weighting = new Weighting.Dropping(new Weighting.Uniform());
        assertThatThrownBy(() -> weighting.forRow(ExpertWeights.uniform(2), List.of(SOUND, infinite)))
                .isInstanceOf(InvalidEnergiesException.class)
                .hasMessageContaining("-Infinity from expert 1 at outcome 1");
        assertThat(weighting.forRow(ExpertWeights.of(1, 0), List.of(SOUND, infinite)).lambda(1)).isZero();
    }

    @Test
    void everyRuleGoesOnWithoutTheFaultyExpert() {
        List<float[]> rows = List.of(SOUND, NAN, OTHER, NOTHING);
        ExpertWeights left = new Weighting.Dropping(new Weighting.Uniform()).forRow(ExpertWeights.uniform(4), rows);
        for (FusionRule rule : List.of(new Additive(), new Mixture(), EmSelect.DEFAULT)) {
            float[] out = new float[3];
            float[] expected = new float[3];
            rule.apply(rows, left, RuleState.START, out);
            rule.apply(List.of(SOUND, OTHER), ExpertWeights.uniform(2), RuleState.START, expected);
            assertThat(out).containsExactly(expected, within(1e-6f));
        }
    }
}
