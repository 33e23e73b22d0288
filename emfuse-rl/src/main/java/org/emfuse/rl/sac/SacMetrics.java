package org.emfuse.rl.sac;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one update measured.
 *
 * @param criticLoss sum of both critics' mean squared errors
 * @param actorLoss mean of α log π - min Q
 * @param value mean of both critics over the batch
 * @param entropy minus the mean of log π at the actor's step, nats
 * @param temperature α after the update
 */
public record SacMetrics(double criticLoss, double actorLoss, double value, double entropy, double temperature) {

    /** The numbers by the names under which they are logged. */
    public Map<String, Double> named() {
        Map<String, Double> named = new LinkedHashMap<>();
        named.put("critic_loss", criticLoss);
        named.put("actor_loss", actorLoss);
        named.put("value", value);
        named.put("entropy", entropy);
        named.put("temperature", temperature);
        return named;
    }
}
