package org.emfuse.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.llm.sampling.SamplingParams;
import picocli.CommandLine.Option;

/** How a text is drawn. */
final class SamplingOptions {

    @Option(names = "--temperature", paramLabel = "T", defaultValue = "0", description = "0 takes the most probable token. Default: ${DEFAULT-VALUE}.")
    private double temperature;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Same seed, same text. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--max-tokens", paramLabel = "N", defaultValue = "256", description = "Tokens at most. Default: ${DEFAULT-VALUE}.")
    private int maxTokens;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "0", description = "Keep the K most probable tokens; 0 is off.")
    private int topK;

    @Option(names = "--top-p", paramLabel = "P", defaultValue = "1", description = "Keep the fewest tokens whose mass reaches P; 1 is off.")
    private double topP;

    @Option(names = "--min-p", paramLabel = "P", defaultValue = "0", description = "Keep tokens of at least this share of the best one's probability; 0 is off.")
    private double minP;

    @Option(names = "--repetition-penalty", paramLabel = "R", defaultValue = "1", description = "Factor on the energy of recent tokens; 1 is off.")
    private double repetitionPenalty;

    @Option(names = "--presence-penalty", paramLabel = "NATS", defaultValue = "0", description = "Added to the energy of recent tokens; 0 is off.")
    private double presencePenalty;

    @Option(names = "--frequency-penalty", paramLabel = "NATS", defaultValue = "0", description = "Added to the energy per recent occurrence; 0 is off.")
    private double frequencyPenalty;

    @Option(names = "--penalty-window", paramLabel = "N", defaultValue = "64", description = "Generated tokens that count as recent. Default: ${DEFAULT-VALUE}.")
    private int penaltyWindow;

    @Option(names = "--logit-bias", paramLabel = "TOKEN=NATS", split = ",", description = "Added to the log-probability of a token id; -Infinity forbids it.")
    private Map<Integer, Double> logitBias = new LinkedHashMap<>();

    @Option(names = "--stop", paramLabel = "TEXT", description = "End before this text; repeat it for several.")
    private List<String> stop = new ArrayList<>();

    /** The parameters, checked. */
    SamplingParams params() {
        return new SamplingParams(temperature, topK, topP, minP, repetitionPenalty, presencePenalty, frequencyPenalty,
                penaltyWindow, new HashMap<>(logitBias), seed);
    }

    /** How texts are drawn, for records. */
    Map<String, Object> configuration() {
        return configuration(params(), maxTokens, stop);
    }

    static Map<String, Object> configuration(SamplingParams params, int maxTokens, List<String> stop) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("sampling", params.toString());
        configuration.put("maxTokens", maxTokens);
        configuration.put("stop", List.copyOf(stop));
        return configuration;
    }

    int maxTokens() {
        return maxTokens;
    }

    long seed() {
        return seed;
    }

    List<String> stop() {
        return stop;
    }
}
