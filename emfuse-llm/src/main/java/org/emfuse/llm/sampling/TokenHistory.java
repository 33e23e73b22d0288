package org.emfuse.llm.sampling;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The tokens that a request has generated. */
public final class TokenHistory {

    private int[] tokens = new int[64];
    private int size;

    /** Adds a token. */
    public void add(int token) {
        if (size == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * size);
        }
        tokens[size++] = token;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** A copy of all of them, in order. */
    public int[] toArray() {
        return Arrays.copyOf(tokens, size);
    }

    /** How often each of the last {@code window} tokens occurs among them. */
    public Map<Integer, Integer> counts(int window) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int k = Math.max(0, size - window); k < size; k++) {
            counts.merge(tokens[k], 1, Integer::sum);
        }
        return counts;
    }
}
