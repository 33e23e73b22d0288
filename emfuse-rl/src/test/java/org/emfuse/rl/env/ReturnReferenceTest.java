package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;

import org.emfuse.stats.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReturnReferenceTest {

    static Iterable<String> environments() {
        return Environments.ids();
    }

    /** Spec 06 §11.9. */
    @ParameterizedTest
    @MethodSource("environments")
    void bothReferencesScoreZeroAndHundred(String id) {
        ReturnReference reference = Environments.spec(id).reference();
        assertThat(reference.normalise(reference.random())).isEqualTo(0);
        assertThat(reference.normalise(reference.reference())).isEqualTo(100);
    }

    /** D4RL's references of Hopper. */
    @Test
    void publishedReferences() {
        ReturnReference hopper = new ReturnReference(-20.272305, 3234.3);
        assertThat(hopper.normalise(-20.272305)).isEqualTo(0);
        assertThat(hopper.normalise(3234.3)).isEqualTo(100);
        assertThat(hopper.normalise((3234.3 - 20.272305) / 2)).isCloseTo(50, within(1e-12));
    }

    /** A spread does not pass through the map with its offset: it is taken of normalised returns. */
    @Test
    void statisticsAreTakenOfNormalisedReturns() {
        ReturnReference reference = new ReturnReference(-1000, -200);
        double[] returns = {-500, -300, -420, -180};
        double[] scores = Arrays.stream(returns).map(reference::normalise).toArray();
        assertThat(Statistics.mean(scores)).isCloseTo(reference.normalise(Statistics.mean(returns)), within(1e-12));
        assertThat(Statistics.standardError(scores)).isCloseTo(Statistics.standardError(returns) / 8, within(1e-12))
                .isNotCloseTo(reference.normalise(Statistics.standardError(returns)), within(1.0));
    }

    @Test
    void referencesMustDiffer() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReturnReference(5, 5)).withMessageContaining("5.0");
    }
}
