package org.emfuse.rl.sac;

import java.util.List;

import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.torch.Adam;

/**
 * Settings of soft actor-critic.
 *
 * @param hidden sizes of the hidden layers of actor and critics
 * @param gamma discount per step, in (0, 1)
 * @param tau share of the critics that their targets take over per update, in (0, 1]
 * @param actorRate learning rate of the actor
 * @param criticRate learning rate of the critics
 * @param temperatureRate learning rate of log α; 0 keeps the temperature fixed
 * @param temperature α at the start
 * @param temperatureCap largest α, infinite for none
 * @param targetEntropy in nats; NaN for minus the number of action coordinates
 * @param batch transitions per update
 * @param penalty coefficient c of the uncertainty penalty inside the target; 0 where batches carry no uncertainty
 */
public record SacConfig(List<Integer> hidden, double gamma, double tau, double actorRate, double criticRate,
        double temperatureRate, double temperature, double temperatureCap, double targetEntropy, int batch,
        double penalty) {

    /** Checks the ranges. */
    public SacConfig {
        hidden = List.copyOf(hidden);
        require(GaussianActor.allows(hidden), "1 to 16 hidden layers of 1 to 16384 units", hidden);
        require(gamma > 0 && gamma < 1, "a discount in (0, 1)", gamma);
        require(tau > 0 && tau <= 1, "a target share tau in (0, 1]", tau);
        require(actorRate > 0 && Double.isFinite(actorRate), "an actor rate > 0", actorRate);
        require(criticRate > 0 && Double.isFinite(criticRate), "a critic rate > 0", criticRate);
        require(temperatureRate >= 0 && Double.isFinite(temperatureRate), "a temperature rate >= 0", temperatureRate);
        require(temperature > 0 && temperature <= temperatureCap, "a temperature in (0, cap]", temperature);
        require(!Double.isInfinite(targetEntropy), "a finite target entropy", targetEntropy);
        require(batch >= 1, "a batch of at least 1", batch);
        require(penalty >= 0 && Double.isFinite(penalty), "a penalty >= 0", penalty);
    }

    private static void require(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("soft actor-critic needs " + expected + ", found " + found);
        }
    }

    /** Online learning: actor 3e-4, critics and temperature 1e-3, no cap, 256×2, batch 256. */
    public static SacConfig online() {
        return new SacConfig(List.of(256, 256), 0.99, 0.005, 3e-4, 1e-3, 1e-3, 1, Double.POSITIVE_INFINITY, Double.NaN,
                256, 0);
    }

    /** Learning from stored data: actor and temperature 1e-4, critics 3e-4, α at most 1 (spec 06 §6); else as online. */
    public static SacConfig offline() {
        return new SacConfig(List.of(256, 256), 0.99, 0.005, 1e-4, 3e-4, 1e-4, 1, 1, Double.NaN, 256, 0);
    }

    /** The actor's learning rate at an update, counted from 1: half a cosine from {@link #actorRate()} to 0 (spec 06 §6). */
    public double actorRate(long update, long updates) {
        return Adam.halfCosine(actorRate, update, updates);
    }

    /** The same with another discount. */
    public SacConfig withGamma(double other) {
        return new SacConfig(hidden, other, tau, actorRate, criticRate, temperatureRate, temperature, temperatureCap,
                targetEntropy, batch, penalty);
    }

    /** The same with other hidden layers. */
    public SacConfig withHidden(List<Integer> other) {
        return new SacConfig(other, gamma, tau, actorRate, criticRate, temperatureRate, temperature, temperatureCap,
                targetEntropy, batch, penalty);
    }

    /** The same with another batch. */
    public SacConfig withBatch(int other) {
        return new SacConfig(hidden, gamma, tau, actorRate, criticRate, temperatureRate, temperature, temperatureCap,
                targetEntropy, other, penalty);
    }

    /** The same with another penalty coefficient. */
    public SacConfig withPenalty(double other) {
        return new SacConfig(hidden, gamma, tau, actorRate, criticRate, temperatureRate, temperature, temperatureCap,
                targetEntropy, batch, other);
    }
}
