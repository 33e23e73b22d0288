package org.emfuse.rl.sac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.emfuse.rl.torch.Mlp;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** Two critics evaluated together against two networks of their own. */
class TwinCriticsTest {

    private static Parameters member(TwinCritics critics, int member) {
        Parameters.Builder builder = new Parameters.Builder();
        Mlp.declare(builder, "critic", 5, 7, 6, 1);
        Parameters single = builder.build(new TorchRandom(0));
        try (NoGrad _ = new NoGrad()) {
            for (int i = 0; i < single.all().size(); i++) {
                Tensor own = critics.parameters().get(i).select(0, member);
                single.get(i).copy_(own.reshape(single.get(i).shape()));
            }
        }
        return single;
    }

    @Test
    void valuesAndGradientsEqualThoseOfTwoSeparateNetworks() {
        try (TorchScope _ = new TorchScope();
                TwinCritics critics = new TwinCritics(3, 2, List.of(7, 6), new TorchRandom(4))) {
            TorchRandom random = new TorchRandom(5);
            Tensor observations = random.normal(9, 3);
            Tensor actions = random.normal(9, 2);
            Tensor both = critics.both(observations, actions);
            float[] together = critics.parameters().gradient(both.square().mean(1, 2).sum()).toFloats();
            float[] smaller = critics.smaller(observations, actions).toFloats();
            float[][] values = new float[2][];
            for (int member = 0; member < 2; member++) {
                Parameters single = member(critics, member);
                Tensor value = Mlp.of(single, 0, 3).apply(Tensors.cat(1, observations, actions));
                values[member] = value.toFloats();
                assertThat(both.select(0, member).toFloats()).containsExactly(values[member], within(1e-6f));
                assertThat(memberOf(critics, together, member))
                        .containsExactly(single.gradient(value.square().mean()).toFloats(), within(1e-6f));
            }
            for (int i = 0; i < smaller.length; i++) {
                assertThat(smaller[i]).isCloseTo(Math.min(values[0][i], values[1][i]), within(1e-6f));
            }
        }
    }

    /** One member's share of a flat gradient, in the order of a single network. */
    private static float[] memberOf(TwinCritics critics, float[] flat, int member) {
        float[] own = new float[flat.length / 2];
        int from = 0;
        int to = 0;
        for (Tensor parameter : critics.parameters().all()) {
            int each = (int) parameter.elements() / 2;
            System.arraycopy(flat, from + member * each, own, to, each);
            from += 2 * each;
            to += each;
        }
        return own;
    }
}
