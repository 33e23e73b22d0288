package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Single operations against values worked out by hand, and derivatives at a point. */
class TensorOperationsTest {

    private TorchScope scope;

    @BeforeEach
    void open() {
        scope = new TorchScope();
    }

    @AfterEach
    void free() {
        scope.close();
    }

    private static Tensor rows() {
        return Tensors.of(new float[]{3, -4, 0, 1, 2, -2}, 2, 3);
    }

    @Test
    void reductions() {
        assertThat(rows().amin(1).toFloats()).containsExactly(-4, -2);
        assertThat(rows().amax(0).toFloats()).containsExactly(3, 2, 0);
        assertThat(rows().norm(1).toFloats()).containsExactly(5, 3);
        assertThat(rows().sum(0, true).shape()).containsExactly(1, 3);
        assertThat(rows().mean(1).toFloats()[0]).isCloseTo(-1 / 3f, within(1e-6f));
        assertThat((double) rows().logsumexp(1).toFloats()[0])
                .isCloseTo(Math.log(Math.exp(3) + Math.exp(-4) + 1), within(1e-6));
        assertThat(Tensors.of(new float[]{1000, 1000}, 1, 2).neg().logsumexp(1).toFloats()[0])
                .isCloseTo((float) (Math.log(2) - 1000), within(1e-3f));
    }

    @Test
    void signsMasksAndChoices() {
        assertThat(rows().sign().toFloats()).containsExactly(1, -1, 0, 1, 1, -1);
        assertThat(rows().greater(0).to(DType.FLOAT32).toFloats()).containsExactly(1, 0, 0, 1, 1, 0);
        assertThat(rows().less(0).to(DType.FLOAT32).toFloats()).containsExactly(0, 1, 0, 0, 0, 1);
        assertThat(Tensors.where(rows().less(0), rows().neg(), rows()).toFloats()).containsExactly(3, 4, 0, 1, 2, 2);
        assertThat(Tensors.maskedFill(rows(), rows().less(0), 9).toFloats()).containsExactly(3, 9, 0, 1, 2, 9);
        assertThat(rows().clamp(-1, 2).toFloats()).containsExactly(2, -1, 0, 1, 2, -1);
        assertThat(rows().clamp(-1, Double.POSITIVE_INFINITY).toFloats()).containsExactly(3, -1, 0, 1, 2, -1);
        assertThat(rows().relu().toFloats()).containsExactly(3, 0, 0, 1, 2, 0);
        assertThat(rows().abs().toFloats()).containsExactly(3, 4, 0, 1, 2, 2);
    }

    @Test
    void rowsAndPlacesByIndex() {
        assertThat(rows().indexSelect(0, Tensors.of(new long[]{1, 1, 0}, 3)).select(1, 0).toFloats())
                .containsExactly(1, 1, 3);
        assertThat(rows().repeatInterleave(0, 2).select(1, 1).toFloats()).containsExactly(-4, -4, 2, 2);
        assertThat(rows().gather(1, Tensors.of(new long[]{2, 0, 1, 1}, 2, 2)).toFloats()).containsExactly(0, 3, 2, 2);
        assertThat(rows().unsqueeze(1).expand(2, 4, 3).shape()).containsExactly(2, 4, 3);
        assertThat(Tensors.stack(0, rows(), rows()).shape()).containsExactly(2, 2, 3);
        assertThat(
                Tensors.addmm(Tensors.zeros(2, 1).fill_(1), rows(), Tensors.of(new float[]{1, 1, 1}, 3, 1)).toFloats())
                .containsExactly(0, 2);
    }

    @Test
    void copiesHaveMemoryOfTheirOwnAndViewsDoNot() {
        Tensor all = rows();
        Tensor copy = all.copy();
        all.narrow(0, 0, 1).fill_(7);
        assertThat(all.toFloats()).containsExactly(7, 7, 7, 1, 2, -2);
        assertThat(copy.toFloats()).containsExactly(3, -4, 0, 1, 2, -2);
        assertThat(copy.add_(copy, 0.5).toFloats()).containsExactly(4.5f, -6, 0, 1.5f, 3, -3);
        assertThat(copy.clamp_(-1, 2).toFloats()).containsExactly(2, -1, 0, 1.5f, 2, -1);
    }

    @Test
    void theDerivativeAtAPoint() {
        Tensor x = rows();
        assertThat(Tensors.gradient(Tensor::square, x).toFloats()).containsExactly(6, -8, 0, 2, 4, -4);
        assertThatThrownBy(() -> Tensors.gradients(x.square(), List.of(x), false)).isInstanceOf(TorchException.class);
        try (NoGrad _ = new NoGrad()) { // also where recording is off, which it then stays
            assertThat(Tensors.gradient(Tensor::square, x).toFloats()).containsExactly(6, -8, 0, 2, 4, -4);
            Tensor y = x.detach().requiresGrad();
            Tensor unrecorded = y.square();
            assertThatThrownBy(() -> Tensors.gradients(unrecorded, List.of(y), false))
                    .isInstanceOf(TorchException.class);
        }
        Tensor parameter = Tensors.scalar(3).requiresGrad();
        Tensor derivative = Tensors.gradient(point -> point.mul(parameter), x);
        assertThat(derivative.toFloats()).containsOnly(3);
        assertThatThrownBy(() -> Tensors.gradients(derivative.sum(), List.of(parameter), false))
                .isInstanceOf(TorchException.class);
    }

    @Test
    void theLengthOfNothingHasDerivativeZero() {
        assertThat(Tensors.gradient(x -> x.norm(1), Tensors.zeros(2, 3)).toFloats()).containsOnly(0);
        assertThat(Tensors.gradient(x -> x.norm(1), rows()).toFloats()[1]).isCloseTo(-0.8f, within(1e-6f));
    }
}
