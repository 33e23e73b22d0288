package org.emfuse.rl.sac;

/**
 * What one update measured.
 *
 * @param criticLoss sum of both critics' mean squared errors
 * @param actorLoss mean of α log π - min Q
 * @param value mean of both critics over the batch
 * @param entropy minus the mean of log π at the actor's step, nats
 * @param temperature α after the update
 */
public record SacMetrics(double criticLoss, double actorLoss, double value, double entropy, double temperature) {}
