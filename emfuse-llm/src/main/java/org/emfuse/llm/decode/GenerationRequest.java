package org.emfuse.llm.decode;

import java.util.List;

import org.emfuse.llm.Prompt;
import org.emfuse.llm.sampling.SamplingParams;

/**
 * What to generate.
 *
 * @param maxTokens tokens at most, at least 1
 * @param stop strings that end the text and are not part of it; none empty
 * @param explain how many alternatives each step's explanation lists; -1 for no explanations
 */
public record GenerationRequest(Prompt prompt, SamplingParams sampling, int maxTokens, List<String> stop, int explain) {

    /** Refuses values out of range. */
    public GenerationRequest {
        stop = List.copyOf(stop);
        if (maxTokens < 1) {
            throw new IllegalArgumentException("expected at least 1 token to generate, found " + maxTokens);
        }
        if (stop.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("expected stop strings with text, found an empty one");
        }
    }
}
