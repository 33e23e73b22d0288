package org.emfuse.rl.sac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.replay.Batch;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** Updates against the equations in plain doubles, and what must hold for any update. */
class SacTest {

    private static final double[] SCALE = {2, 0.5};
    private static final int OBSERVATIONS = 3;
    private static final SacConfig SMALL = SacConfig.online().withHidden(List.of(5, 4)).withBatch(6);

    /** Transitions with a mix of ends; rewards large enough for values in the penalty's clip range. */
    private static List<PlainSac.Transition> transitions(long seed, int count) {
        RandomStream random = RandomStream.of(seed, "test");
        List<PlainSac.Transition> transitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            transitions.add(new PlainSac.Transition(draw(random, OBSERVATIONS), new double[]{draw(random, 1)[0], 0.3},
                    random.uniform(-3, 3), draw(random, OBSERVATIONS), i % 3 == 0, random.uniform(0, 2)));
        }
        return transitions;
    }

    private static double[] draw(RandomStream random, int n) {
        double[] values = new double[n];
        Arrays.setAll(values, i -> random.uniform(-1, 1));
        return values;
    }

    private static Batch batch(List<PlainSac.Transition> transitions) {
        return new Batch(rows(transitions.stream().map(PlainSac.Transition::state).toList()),
                rows(transitions.stream().map(PlainSac.Transition::action).toList()),
                rows(transitions.stream().map(t -> new double[]{t.reward()}).toList()),
                rows(transitions.stream().map(PlainSac.Transition::next).toList()),
                rows(transitions.stream().map(t -> new double[]{t.terminal() ? 1 : 0}).toList()),
                rows(transitions.stream().map(t -> new double[]{t.uncertainty()}).toList()));
    }

    private static Tensor rows(List<double[]> rows) {
        int width = rows.getFirst().length;
        float[] values = new float[rows.size() * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) rows.get(i / width)[i % width];
        }
        return Tensors.of(values, rows.size(), width);
    }

    private static Tensor state(Sac sac, String name) {
        return Objects.requireNonNull(sac.named("").get(name));
    }

    private static double[] flat(Sac sac, String prefix) {
        List<Double> values = new ArrayList<>();
        try (TorchScope _ = new TorchScope()) {
            sac.named("").forEach((name, tensor) -> {
                if (name.startsWith(prefix)) {
                    Arrays.stream(tensor.toDoubles()).forEach(values::add);
                }
            });
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double[][] noise(TorchRandom random, int n) {
        try (TorchScope _ = new TorchScope()) {
            double[] values = random.normal(n, SCALE.length).toDoubles();
            double[][] rows = new double[n][];
            Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * SCALE.length, (i + 1) * SCALE.length));
            return rows;
        }
    }

    private static void assertEqualsPlain(SacConfig config, double criticShift) {
        try (Sac sac = new Sac(config, OBSERVATIONS, SCALE, 3)) {
            shiftCritics(sac, criticShift);
            PlainSac plain = new PlainSac(config, SCALE, flat(sac, "actor."), flat(sac, "critics."));
            TorchRandom noise = new TorchRandom(0);
            try (TorchScope _ = new TorchScope()) {
                noise.restore(state(sac, "noise"));
            }
            for (int step = 0; step < 4; step++) {
                List<PlainSac.Transition> transitions = transitions(step, config.batch());
                SacMetrics expected = plain.update(transitions, noise(noise, config.batch()),
                        noise(noise, config.batch()));
                SacMetrics found;
                try (TorchScope _ = new TorchScope()) {
                    found = sac.update(batch(transitions));
                }
                double size = 1 + expected.criticLoss();
                assertThat(found.criticLoss()).isCloseTo(expected.criticLoss(), within(1e-5 * size));
                assertThat(found.actorLoss()).isCloseTo(expected.actorLoss(), within(1e-4));
                assertThat(found.value()).isCloseTo(expected.value(), within(1e-4));
                assertThat(found.entropy()).isCloseTo(expected.entropy(), within(1e-5));
                assertThat(found.temperature()).isCloseTo(expected.temperature(), within(1e-7));
            }
            assertThat(flat(sac, "actor.")).containsExactly(plain.actor, within(2e-5));
            assertThat(flat(sac, "critics.")).containsExactly(plain.critics, within(2e-5));
            assertThat(flat(sac, "target.")).containsExactly(plain.targets, within(2e-5));
        }
    }

    /** Adds to both critics' and both targets' outputs. */
    private static void shiftCritics(Sac sac, double shift) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            state(sac, "critics.2.bias").add_(shift);
            state(sac, "target.critics.2.bias").add_(shift);
        }
    }

    @Test
    void updatesEqualTheEquationsInPlainDoubles() {
        assertEqualsPlain(SMALL, 0);
    }

    @Test
    void penaltiesInsideTheTargetEqualTheEquations() {
        assertEqualsPlain(SMALL.withPenalty(1.5), 40); // values near 40: the factor clip(V/100, 0, 1) is inside its range
        assertEqualsPlain(SMALL.withPenalty(1.5), -40); // and at its lower end
        assertEqualsPlain(SMALL.withPenalty(1.5), 140); // and at its upper end
    }

    private static double[] trained(SacConfig config, long seed, int updates) {
        try (Sac sac = new Sac(config, OBSERVATIONS, SCALE, seed)) {
            for (int step = 0; step < updates; step++) {
                try (TorchScope _ = new TorchScope()) {
                    sac.update(batch(transitions(step, config.batch())));
                }
            }
            return flat(sac, "");
        }
    }

    @Test
    void equalSeedsGiveEqualBitsAndOthersDiffer() {
        double[] once = trained(SMALL, 7, 20);
        assertThat(trained(SMALL, 7, 20)).isEqualTo(once);
        assertThat(trained(SMALL, 8, 20)).isNotEqualTo(once);
    }

    @Test
    void nothingIsExpectedAfterATerminal() {
        assertThat(firstCriticLoss(1)).isLessThan(10);
        assertThat(firstCriticLoss(0)).isGreaterThan(900_000);
    }

    /** The critics' loss of a first update where every next state is worth about 1000. */
    private static double firstCriticLoss(double terminal) {
        try (Sac sac = new Sac(SMALL, OBSERVATIONS, SCALE, 1); TorchScope _ = new TorchScope()) {
            try (NoGrad _ = new NoGrad()) {
                state(sac, "target.critics.2.bias").fill_(1000);
            }
            return sac.update(new Batch(Tensors.zeros(4, 3), Tensors.zeros(4, 2), Tensors.zeros(4, 1).add(1),
                    Tensors.zeros(4, 3), Tensors.zeros(4, 1).add(terminal), null)).criticLoss();
        }
    }

    @Test
    void temperatureMovesTowardsTheTargetEntropy() {
        // A new policy's entropy is near 0.8 nats; targets on both sides of it.
        assertThat(temperatureAfterOneUpdate(-5)).isLessThan(1);
        assertThat(temperatureAfterOneUpdate(5)).isGreaterThan(1);
        assertThat(temperatureAfterOneUpdate(Double.NaN)).isLessThan(1); // minus the number of actions: -2
    }

    private static double temperatureAfterOneUpdate(double targetEntropy) {
        SacConfig config = new SacConfig(SMALL.hidden(), 0.99, 0.005, 3e-4, 1e-3, 1e-3, 1, Double.POSITIVE_INFINITY,
                targetEntropy, SMALL.batch(), 0);
        try (Sac sac = new Sac(config, OBSERVATIONS, SCALE, 1); TorchScope _ = new TorchScope()) {
            return sac.update(batch(transitions(1, config.batch()))).temperature();
        }
    }

    @Test
    void temperatureStaysBelowItsCapAndFixedWhereItsRateIsZero() {
        SacConfig capped = new SacConfig(SMALL.hidden(), 0.99, 0.005, 3e-4, 1e-3, 0.5, 1, 1, 20, SMALL.batch(), 0);
        SacConfig fixed = new SacConfig(SMALL.hidden(), 0.99, 0.005, 3e-4, 1e-3, 0, 0.2, 1, 20, SMALL.batch(), 0);
        for (SacConfig config : List.of(capped, fixed)) {
            try (Sac sac = new Sac(config, OBSERVATIONS, SCALE, 1); TorchScope _ = new TorchScope()) {
                for (int step = 0; step < 5; step++) {
                    assertThat(sac.update(batch(transitions(step, config.batch()))).temperature())
                            .isCloseTo(config.temperature(), within(1e-12));
                }
            }
        }
    }
}
