package org.emfuse.rl.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;

/** The likelihood and the soft bounds against hand-computed cases. */
class GaussianLikelihoodTest {

    private static Tensor of(double... values) {
        return Tensors.of(values, 1, 1, values.length);
    }

    @Test
    void lossOfHandComputedCases() {
        try (TorchScope _ = new TorchScope()) {
            double ln4 = Math.log(4);
            // (3 - 1)²/4 + ln 4 and (0 - 0.5)²/1 + 0, averaged; the second member is exact.
            Tensor mean = Tensors.cat(0, of(3, 0), of(1, 0.5));
            Tensor logVariance = Tensors.cat(0, of(ln4, 0), of(0, -2));
            Tensor targets = Tensors.cat(0, of(1, 0.5), of(1, 0.5));
            assertThat(GaussianLikelihood.loss(mean, logVariance, targets).item())
                    .isCloseTo((1 + ln4 + 0.25) / 2 + (0 - 2) / 2.0, within(1e-12));
        }
    }

    @Test
    void derivativesAreThoseOfTheFormula() {
        try (TorchScope _ = new TorchScope()) {
            double[] mu = {0.3, -1, 2};
            double[] v = {-1, 0.2, 1};
            double[] t = {0, 0.5, 2.5};
            Tensor mean = of(mu).requiresGrad();
            Tensor logVariance = of(v).requiresGrad();
            Tensor[] gradients = Tensors.gradients(GaussianLikelihood.loss(mean, logVariance, of(t)),
                    List.of(mean, logVariance), false);
            double[] byMean = gradients[0].toDoubles();
            double[] byVariance = gradients[1].toDoubles();
            for (int j = 0; j < 3; j++) {
                double distance = mu[j] - t[j];
                assertThat(byMean[j]).isCloseTo(2 * distance * Math.exp(-v[j]) / 3, within(1e-12));
                assertThat(byVariance[j]).isCloseTo((1 - distance * distance * Math.exp(-v[j])) / 3, within(1e-12));
            }
        }
    }

    @Test
    void boundsAreSoft() {
        try (TorchScope _ = new TorchScope()) {
            Tensor low = Tensors.of(new double[]{-10}, 1);
            Tensor high = Tensors.of(new double[]{0.5}, 1);
            Tensor x = Tensors.of(new double[]{-1000, -10, -5, 0, 0.5, 1000}, 6).requiresGrad();
            Tensor bounded = GaussianLikelihood.bounded(x, low, high);
            double[] values = bounded.toDoubles();
            double[] slopes = Tensors.gradients(bounded, List.of(x), false)[0].toDoubles();
            assertThat(values[0]).isCloseTo(-10, within(1e-9));
            assertThat(values[1]).isCloseTo(-10 + Math.log(2), within(1e-4)); // half of a softplus at its bend
            assertThat(values[2]).isCloseTo(-5, within(0.02));
            assertThat(values[4]).isCloseTo(0.5 - Math.log(2), within(1e-4));
            assertThat(values[5]).isCloseTo(0.5, within(1e-4)); // the upper bound, a trifle raised by the lower one
            assertThat(slopes[2]).isCloseTo(1, within(0.02));
            assertThat(slopes[1]).isCloseTo(0.5, within(1e-3));
            assertThat(slopes[4]).isCloseTo(0.5, within(1e-3));
        }
    }
}
