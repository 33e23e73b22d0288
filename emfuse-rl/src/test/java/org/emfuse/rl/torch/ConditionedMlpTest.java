package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network of a fixed and a varying input against the same network as one, and its derivative by hand. */
class ConditionedMlpTest {

    private static final int FIXED = 5;
    private static final int VARYING = 3;

    private TorchScope scope;
    private final List<Parameters> made = new ArrayList<>();

    @BeforeEach
    void open() {
        scope = new TorchScope();
    }

    @AfterEach
    void free() {
        made.forEach(Parameters::close);
        scope.close();
    }

    private Parameters build(Parameters.Builder builder) {
        Parameters parameters = builder.build(new TorchRandom(1));
        made.add(parameters);
        return parameters;
    }

    private ConditionedMlp network(int width, int depth) {
        Parameters.Builder builder = new Parameters.Builder();
        int first = ConditionedMlp.declare(builder, "net", FIXED, VARYING,
                ConditionedMlp.Bounds.together(FIXED, VARYING), width, depth);
        Parameters parameters = build(builder);
        return ConditionedMlp.of(parameters, first, depth);
    }

    @Test
    void itIsOneNetworkOnBothInputs() {
        ConditionedMlp network = network(7, 2);
        Parameters parameters = made.getLast();
        TorchRandom random = new TorchRandom(2);
        Tensor fixed = random.normal(11, FIXED);
        Tensor varying = random.normal(11, VARYING);
        Tensor weight = Tensors.cat(0, parameters.get(0), parameters.get(1));
        Tensor h = Tensors.cat(1, fixed, varying).matmul(weight).add(parameters.get(2)).relu();
        h = h.matmul(parameters.get(3)).add(parameters.get(4)).relu();
        Tensor expected = h.matmul(parameters.get(5)).add(parameters.get(6)).squeeze(1);
        Tensor found = network.output(network.fixed(fixed), varying);
        assertThat(found.shape()).containsExactly(11);
        assertThat(found.sub(expected).abs().amax(0).item()).isLessThan(1e-6);
    }

    /** c · E + v · ∂E/∂u in all parameters and in the fixed part: derivatives of derivatives included. */
    @ParameterizedTest
    @CsvSource({"1, 8, 1", "9, 8, 2", "33, 24, 4", "600, 16, 3"})
    void lossesOfOutputsAndSlopesGoBackByHandAsAutomatically(int rows, int width, int depth) {
        ConditionedMlp network = network(width, depth);
        Parameters parameters = made.getLast();
        TorchRandom random = new TorchRandom(4);
        Tensor fixed = network.fixed(random.normal(rows, FIXED)).detach().requiresGrad();
        Tensor u = random.normal(rows, VARYING).requiresGrad();
        Tensor c = random.normal(rows);
        Tensor v = random.normal(rows, VARYING);
        Tensor outputs = network.output(fixed, u);
        Tensor slopes = Tensors.gradients(outputs, List.of(u), true)[0];
        Tensor loss = outputs.mul(c).sum().add(slopes.mul(v).sum());
        Tensor ofFixed = Tensors.gradients(loss, List.of(fixed), true)[0].detach();
        Tensor expected = parameters.gradient(loss);

        ReluBackward backward = new ReluBackward(network, fixed.detach(), u.detach());
        assertThat(backward.outputs().sub(outputs).abs().amax(0).item()).isLessThan(1e-6);
        assertThat(backward.slopes().sub(slopes).abs().reshape(-1).amax(0).item()).isLessThan(1e-6);
        assertThat(backward.fixed(c).sub(ofFixed).abs().reshape(-1).amax(0).item()).isLessThan(1e-6);
        Tensor found = backward.parameters(c, v);
        long before = (long) FIXED * width;
        assertThat(found.size(0)).isEqualTo(parameters.elements() - before);
        Tensor after = expected.narrow(0, before, found.size(0));
        double size = after.abs().amax(0).item();
        assertThat(size).isGreaterThan(0.1);
        assertThat(found.sub(after).abs().amax(0).item()).isLessThan(1e-5 * size + 1e-6);
    }

    @ParameterizedTest
    @CsvSource({"1, 8, 1", "9, 8, 2", "33, 24, 4", "600, 16, 3"})
    void theDerivativeByHandIsTheAutomaticOne(int rows, int width, int depth) {
        ConditionedMlp network = network(width, depth);
        TorchRandom random = new TorchRandom(3);
        Tensor fixed = network.fixed(random.normal(rows, FIXED));
        ReluGradient kernel = new ReluGradient(network, fixed, DType.FLOAT32);
        for (int round = 0; round < 2; round++) { // buffers are used again
            Tensor u = random.normal(rows, VARYING);
            Tensor expected = Tensors.gradient(point -> network.output(fixed, point), u);
            Tensor found = kernel.apply(u);
            assertThat(expected.abs().reshape(-1).amax(0).item()).isGreaterThan(1e-3);
            assertThat(found.sub(expected).abs().reshape(-1).amax(0).item()).isLessThan(1e-6);
        }
    }

    @Test
    void aShorterTypeIsCloseButCoarser() {
        ConditionedMlp network = network(64, 3);
        TorchRandom random = new TorchRandom(3);
        Tensor fixed = network.fixed(random.normal(200, FIXED));
        Tensor u = random.normal(200, VARYING);
        Tensor exact = new ReluGradient(network, fixed, DType.FLOAT32).apply(u);
        Tensor coarse = new ReluGradient(network, fixed, DType.BFLOAT16).apply(u);
        assertThat(coarse.type()).isEqualTo(DType.FLOAT32);
        double relative = Math.sqrt(coarse.sub(exact).square().sum().item() / exact.square().sum().item());
        assertThat(relative).isBetween(1e-4, 0.15); // units near 0 are on in one and off in the other
        double cosine = coarse.mul(exact).sum().item()
                / Math.sqrt(coarse.square().sum().item() * exact.square().sum().item());
        assertThat(cosine).isGreaterThan(0.99);
    }

    @Test
    void firstLayersBeginWithinTheirBounds() {
        ConditionedMlp.Bounds apart = ConditionedMlp.Bounds.apart(128, 3, 0.2);
        assertThat(apart.fixed()).isCloseTo(1 / Math.sqrt(128), within(1e-12));
        Parameters.Builder builder = new Parameters.Builder();
        int first = ConditionedMlp.declare(builder, "net", 128, 3, apart, 4000, 1);
        Parameters parameters = build(builder);
        // Inputs of root mean square 0.2 give values of variance 1.
        Tensor u = new TorchRandom(2).normal(1, 3);
        double size = Math.sqrt(u.square().mean().item());
        Tensor values = u.mul(0.2 / size).matmul(parameters.get(first + 1));
        assertThat(values.square().mean().item()).isCloseTo(1, within(0.1));
        assertThat(parameters.get(first).abs().reshape(-1).amax(0).item()).isBetween(0.99 / Math.sqrt(128),
                1 / Math.sqrt(128));
        assertThat(ConditionedMlp.Bounds.together(9, 7)).isEqualTo(new ConditionedMlp.Bounds(0.25, 0.25));
    }
}
