package org.emfuse.llm.sampling;

import java.util.Map;

/**
 * How a request's tokens are drawn. Steps apply in this order: logit bias, penalties, temperature, top-k, top-p, min-p.
 *
 * @param temperature at least 0; 0 takes the most probable token and ignores the truncations
 * @param topK keep the k most probable tokens; 0 keeps all
 * @param topP keep the fewest most probable tokens whose mass reaches p, in (0, 1]; 1 keeps all
 * @param minP keep tokens of at least this share of the most probable one's mass, in [0, 1]; 0 keeps all
 * @param repetitionPenalty factor on the energy of tokens in the recent text, at least 1 is usual, positive; 1 is off
 * @param presencePenalty nats added to the energy of tokens that occur in the recent text; 0 is off
 * @param frequencyPenalty nats added per occurrence in the recent text; 0 is off
 * @param penaltyWindow how many of the last generated tokens count as recent
 * @param logitBias nats added to the log-probability of tokens; -∞ forbids one
 * @param seed of the request's random stream
 */
public record SamplingParams(double temperature, int topK, double topP, double minP, double repetitionPenalty,
        double presencePenalty, double frequencyPenalty, int penaltyWindow, Map<Integer, Double> logitBias, long seed) {

    /** The most probable token at every step. */
    public static final SamplingParams GREEDY = new SamplingParams(0, 0, 1, 0, 1, 0, 0, 64, Map.of(), 0);

    /** Refuses values out of range. */
    public SamplingParams {
        logitBias = Map.copyOf(logitBias);
        require(temperature >= 0 && temperature < Double.POSITIVE_INFINITY, "temperature", "at least 0", temperature);
        require(topK >= 0, "top-k", "at least 0", topK);
        require(topP > 0 && topP <= 1, "top-p", "in (0, 1]", topP);
        require(minP >= 0 && minP <= 1, "min-p", "in [0, 1]", minP);
        require(repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY, "repetition penalty", "positive",
                repetitionPenalty);
        require(Double.isFinite(presencePenalty), "presence penalty", "finite", presencePenalty);
        require(Double.isFinite(frequencyPenalty), "frequency penalty", "finite", frequencyPenalty);
        require(penaltyWindow >= 0, "penalty window", "at least 0", penaltyWindow);
        logitBias.forEach((token, bias) -> require(token >= 0 && bias < Double.POSITIVE_INFINITY, "logit bias",
                "for a token id of at least 0 and below +∞", bias));
    }

    private static void require(boolean holds, String name, String expected, Number found) {
        if (!holds) {
            throw new IllegalArgumentException("expected a " + name + " " + expected + ", found " + found);
        }
    }
}
