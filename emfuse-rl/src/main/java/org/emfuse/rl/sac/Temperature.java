package org.emfuse.rl.sac;

import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;

/** The entropy weight α of soft actor-critic, learned so that the policy's entropy approaches its target. */
final class Temperature {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;

    private final double rate;
    private final double cap;
    private final double targetEntropy;
    private double logAlpha;
    private double mean;
    private double variance;
    private long steps;

    Temperature(SacConfig config, int actionSize) {
        this.rate = config.temperatureRate();
        this.cap = config.temperatureCap();
        this.targetEntropy = Double.isNaN(config.targetEntropy()) ? -actionSize : config.targetEntropy();
        this.logAlpha = Math.log(config.temperature());
    }

    double alpha() {
        return Math.min(cap, Math.exp(logAlpha));
    }

    /** One Adam step on {@code -log α · (mean log π + H_target)}, whose derivative is the bracket. */
    void update(double meanLogDensity) {
        if (rate == 0) {
            return;
        }
        double gradient = -(meanLogDensity + targetEntropy);
        steps++;
        mean += (1 - BETA1) * (gradient - mean);
        variance = BETA2 * variance + (1 - BETA2) * gradient * gradient;
        double correction1 = 1 - Math.pow(BETA1, (double) steps);
        double correction2 = 1 - Math.pow(BETA2, (double) steps);
        logAlpha -= rate * (mean / correction1) / (Math.sqrt(variance / correction2) + 1e-8);
    }

    /** The state for a checkpoint; the caller owns the tensor. */
    Tensor state() {
        return Tensors.of(new double[]{logAlpha, mean, variance, steps}, 4);
    }

    void load(SafetensorsFile file, String name) {
        try (Tensor state = file.tensor(name, 4)) {
            double[] values = state.toDoubles();
            logAlpha = values[0];
            mean = values[1];
            variance = values[2];
            steps = (long) values[3];
        }
    }
}
