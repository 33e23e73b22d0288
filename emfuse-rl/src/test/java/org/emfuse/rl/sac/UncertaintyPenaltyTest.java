package org.emfuse.rl.sac;

import static org.assertj.core.api.Assertions.assertThat;

import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** Both forms on numbers worked out by hand. */
class UncertaintyPenaltyTest {

    private static Tensor column(float... values) {
        return Tensors.of(values, values.length, 1);
    }

    @Test
    void storedRewardsLoseTheirUncertainty() {
        try (TorchScope _ = new TorchScope()) {
            assertThat(UncertaintyPenalty.stored(column(1, -2, 0), column(0.5f, 0, 4), 2).toFloats())
                    .containsExactly(0, -2, -8);
        }
    }

    @Test
    void penaltiesInTheTargetGrowWithTheValue() {
        try (TorchScope _ = new TorchScope()) {
            // Factors 0, 0, 0.25, 1, 1 of 2 · u with u = 3.
            Tensor found = UncertaintyPenalty.inTarget(column(1, 1, 1, 1, 1), column(-50, 0, 25, 100, 300),
                    column(3, 3, 3, 3, 3), 2);
            assertThat(found.toFloats()).containsExactly(1, 1, -0.5f, -5, -5);
        }
    }
}
