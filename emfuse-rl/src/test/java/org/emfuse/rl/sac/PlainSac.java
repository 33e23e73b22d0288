package org.emfuse.rl.sac;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Soft actor-critic as its equations stand (spec 06 §4 and §7): plain doubles, one transition at a time, derivatives by
 * central differences. What an update of {@link Sac} must equal.
 */
final class PlainSac {

    private static final double DIFFERENCE = 1e-6;

    /** One transition; {@code uncertainty} is u of the penalty. */
    record Transition(double[] state, double[] action, double reward, double[] next, boolean terminal,
            double uncertainty) {}

    /** Adam with the usual constants. */
    private static final class PlainAdam {

        private final double rate;
        private final double[] mean;
        private final double[] variance;
        private int steps;

        private PlainAdam(double rate, int size) {
            this.rate = rate;
            this.mean = new double[size];
            this.variance = new double[size];
        }

        private void step(double[] parameters, double[] gradient) {
            steps++;
            for (int i = 0; i < parameters.length; i++) {
                mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
                variance[i] = 0.999 * variance[i] + 0.001 * gradient[i] * gradient[i];
                double m = mean[i] / (1 - Math.pow(0.9, steps));
                double v = variance[i] / (1 - Math.pow(0.999, steps));
                parameters[i] -= rate * m / (Math.sqrt(v) + 1e-8);
            }
        }
    }

    private record Draw(double[] action, double logDensity) {}

    final double[] actor;
    final double[] critics;
    final double[] targets;
    final double[] logAlpha;
    private final SacConfig config;
    private final double[] scale;
    private final PlainAdam actorAdam;
    private final PlainAdam criticAdam;
    private final PlainAdam alphaAdam;

    PlainSac(SacConfig config, double[] scale, double[] actor, double[] critics) {
        this.config = config;
        this.scale = scale;
        this.actor = actor.clone();
        this.critics = critics.clone();
        this.targets = critics.clone();
        this.logAlpha = new double[]{Math.log(config.temperature())};
        this.actorAdam = new PlainAdam(config.actorRate(), actor.length);
        this.criticAdam = new PlainAdam(config.criticRate(), critics.length);
        this.alphaAdam = new PlainAdam(config.temperatureRate(), 1);
    }

    /** One update with the noise of the next actions and of the actor's actions, [b][p] each. */
    SacMetrics update(List<Transition> batch, double[][] nextNoise, double[][] noise) {
        double alpha = Math.exp(logAlpha[0]);
        double[] target = new double[batch.size()];
        for (int i = 0; i < target.length; i++) {
            Transition t = batch.get(i);
            Draw next = draw(actor, t.next, nextNoise[i]);
            double value = smaller(targets, t.next, next.action) - alpha * next.logDensity;
            double penalty = config.penalty() * Math.clamp(value / 100, 0, 1) * t.uncertainty;
            target[i] = t.reward - penalty + (t.terminal ? 0 : config.gamma() * value);
        }
        ToDoubleFunction<double[]> criticLoss = parameters -> mean(batch.size(),
                i -> square(value(parameters, 0, batch.get(i).state, batch.get(i).action) - target[i])
                        + square(value(parameters, 1, batch.get(i).state, batch.get(i).action) - target[i]));
        double loss = criticLoss.applyAsDouble(critics);
        double values = mean(batch.size(), i -> (value(critics, 0, batch.get(i).state, batch.get(i).action)
                + value(critics, 1, batch.get(i).state, batch.get(i).action)) / 2);
        criticAdam.step(critics, gradient(criticLoss, critics));

        ToDoubleFunction<double[]> actorLoss = parameters -> mean(batch.size(), i -> {
            Draw draw = draw(parameters, batch.get(i).state, noise[i]);
            return alpha * draw.logDensity - smaller(critics, batch.get(i).state, draw.action);
        });
        double measured = actorLoss.applyAsDouble(actor);
        double logDensity = mean(batch.size(), i -> draw(actor, batch.get(i).state, noise[i]).logDensity);
        actorAdam.step(actor, gradient(actorLoss, actor));

        double entropy = Double.isNaN(config.targetEntropy()) ? -scale.length : config.targetEntropy();
        alphaAdam.step(logAlpha, gradient(parameter -> -parameter[0] * (logDensity + entropy), logAlpha));

        for (int i = 0; i < targets.length; i++) {
            targets[i] = (1 - config.tau()) * targets[i] + config.tau() * critics[i];
        }
        return new SacMetrics(loss, measured, values, -logDensity, Math.exp(logAlpha[0]));
    }

    private static double square(double x) {
        return x * x;
    }

    private static double mean(int n, java.util.function.IntToDoubleFunction term) {
        return java.util.stream.IntStream.range(0, n).mapToDouble(term).average().orElseThrow();
    }

    private static double[] gradient(ToDoubleFunction<double[]> loss, double[] at) {
        double[] gradient = new double[at.length];
        double[] moved = at.clone();
        for (int i = 0; i < at.length; i++) {
            moved[i] = at[i] + DIFFERENCE;
            double above = loss.applyAsDouble(moved);
            moved[i] = at[i] - DIFFERENCE;
            gradient[i] = (above - loss.applyAsDouble(moved)) / (2 * DIFFERENCE);
            moved[i] = at[i];
        }
        return gradient;
    }

    /** {@code a = a_max tanh(x)} and {@code log π = Σ log N(x; μ, σ) - log(a_max (1 - tanh² x))}. */
    private Draw draw(double[] parameters, double[] state, double[] noise) {
        int p = scale.length;
        double[] out = network(parameters, 1, 0, state, 2 * p);
        double[] action = new double[p];
        double logDensity = 0;
        for (int j = 0; j < p; j++) {
            double logStd = Math.clamp(out[p + j], -5, 2);
            double x = out[j] + Math.exp(logStd) * noise[j];
            action[j] = scale[j] * Math.tanh(x);
            logDensity += -noise[j] * noise[j] / 2 - logStd - Math.log(2 * Math.PI) / 2
                    - Math.log(scale[j] * (1 - Math.tanh(x) * Math.tanh(x)));
        }
        return new Draw(action, logDensity);
    }

    private double smaller(double[] parameters, double[] state, double[] action) {
        return Math.min(value(parameters, 0, state, action), value(parameters, 1, state, action));
    }

    private double value(double[] parameters, int member, double[] state, double[] action) {
        double[] x = new double[state.length + action.length];
        System.arraycopy(state, 0, x, 0, state.length);
        System.arraycopy(action, 0, x, state.length, action.length);
        return network(parameters, 2, member, x, 1)[0];
    }

    /** One member of networks whose weights [members, in, out] and biases [members, out] lie one layer after the other. */
    private double[] network(double[] flat, int members, int member, double[] input, int outputs) {
        double[] h = input;
        int at = 0;
        for (int layer = 0; layer <= config.hidden().size(); layer++) {
            boolean last = layer == config.hidden().size();
            int out = last ? outputs : config.hidden().get(layer);
            int bias = at + members * h.length * out + member * out;
            double[] next = new double[out];
            for (int j = 0; j < out; j++) {
                next[j] = flat[bias + j];
                for (int i = 0; i < h.length; i++) {
                    next[j] += h[i] * flat[at + member * h.length * out + i * out + j];
                }
                next[j] = last ? next[j] : Math.max(0, next[j]);
            }
            at += members * (h.length + 1) * out;
            h = next;
        }
        return h;
    }
}
