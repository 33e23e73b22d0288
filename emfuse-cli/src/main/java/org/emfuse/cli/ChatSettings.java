package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.emfuse.llm.sampling.SamplingParams;

/**
 * How the answers of a chat are drawn, and how long they may be.
 *
 * @param maxTokens tokens of one answer at most, at least 1
 * @param stop strings that end an answer
 */
record ChatSettings(SamplingParams sampling, int maxTokens, List<String> stop) {

    /** Refuses values out of range. */
    ChatSettings {
        stop = List.copyOf(stop);
        if (maxTokens < 1) {
            throw new IllegalArgumentException("expected max-tokens of at least 1, found " + maxTokens);
        }
    }

    /** What {@code /set} can set, each with its value; the names are those of the command line's options. */
    Map<String, Number> values() {
        Map<String, Number> values = new LinkedHashMap<>();
        values.put("temperature", sampling.temperature());
        values.put("seed", sampling.seed());
        values.put("max-tokens", maxTokens);
        values.put("top-k", sampling.topK());
        values.put("top-p", sampling.topP());
        values.put("min-p", sampling.minP());
        values.put("repetition-penalty", sampling.repetitionPenalty());
        values.put("presence-penalty", sampling.presencePenalty());
        values.put("frequency-penalty", sampling.frequencyPenalty());
        values.put("penalty-window", sampling.penaltyWindow());
        return values;
    }

    /** How texts are drawn, for records. */
    Map<String, Object> configuration() {
        return SamplingOptions.configuration(sampling, maxTokens, stop);
    }

    /** These settings with other strings that end an answer. */
    ChatSettings withStop(List<String> others) {
        return new ChatSettings(sampling, maxTokens, others);
    }

    /**
     * These settings with another value of one of them.
     *
     * @param name one of {@link #values}
     * @throws IllegalArgumentException if the value is not in its range
     */
    ChatSettings with(String name, String text) {
        Map<String, Number> values = values();
        values.put(name, parsed(name, text, Objects.requireNonNull(values.get(name))));
        return of(values);
    }

    private static Number parsed(String name, String text, Number like) {
        try {
            return switch (like) {
                case Integer i -> Integer.valueOf(text);
                case Long l -> Long.valueOf(text);
                default -> Double.valueOf(text);
            };
        } catch (NumberFormatException e) {
            String kind = like instanceof Double ? "a number" : "a whole number";
            throw new IllegalArgumentException("expected " + kind + " for " + name + ", found '" + text + "'", e);
        }
    }

    private ChatSettings of(Map<String, Number> values) {
        SamplingParams params = new SamplingParams(number(values, "temperature").doubleValue(),
                number(values, "top-k").intValue(), number(values, "top-p").doubleValue(),
                number(values, "min-p").doubleValue(), number(values, "repetition-penalty").doubleValue(),
                number(values, "presence-penalty").doubleValue(), number(values, "frequency-penalty").doubleValue(),
                number(values, "penalty-window").intValue(), sampling.logitBias(), number(values, "seed").longValue());
        return new ChatSettings(params, number(values, "max-tokens").intValue(), stop);
    }

    private static Number number(Map<String, Number> values, String name) {
        return values.getOrDefault(name, 0);
    }

    /** Sampling of the answer after {@code before} others: turns draw from streams of their own. */
    SamplingParams ofTurn(int before) {
        return new SamplingParams(sampling.temperature(), sampling.topK(), sampling.topP(), sampling.minP(),
                sampling.repetitionPenalty(), sampling.presencePenalty(), sampling.frequencyPenalty(),
                sampling.penaltyWindow(), sampling.logitBias(), sampling.seed() + before);
    }
}
