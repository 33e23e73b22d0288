package org.emfuse.llm;

import java.util.Map;

/** The tokens of an expert. Immutable. */
public interface Vocabulary {

    /** The number of real tokens, padding excluded. */
    int size();

    /** The bytes that the token adds to a text; empty for control tokens. The caller owns the array. */
    byte[] bytes(int token);

    /** The token as a person can tell it apart: its text, or its name for a control token. */
    String label(int token);

    /** Whether the token ends a generation. */
    boolean isEnd(int token);

    /** The token that ends an answer of the assistant. */
    int endOfTurn();

    /** Tokens of a plain text; special tokens that it spells are not recognised, none is added. */
    int[] tokenize(String text);

    /**
     * What else makes up the vocabulary (merges or scores, pre-tokenizer, special roles, begin-of-sequence policy, ids
     * of a fixed probe text), name to value; long values are hashed. Equal for equal tokenizers.
     */
    Map<String, String> traits();

    /** SHA-256, in hex, over all tokens' bytes and kinds and all {@link #traits}. */
    String fingerprint();
}
