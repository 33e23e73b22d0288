package org.emfuse.llm.experts;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.emfuse.llm.Vocabulary;
import org.emfuse.llm.gguf.GgufFacts;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.record.Sha256;

/**
 * The tokens as a model's header lists them. Enough to compare vocabularies; bytes are the tokenizer's spelling, and end
 * tokens are those that the header names.
 */
final class HeaderVocabulary implements Vocabulary {

    private static final List<String> ENDS = List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id",
            "tokenizer.ggml.eom_token_id");
    private static final Set<String> LISTED = Set.of(GgufFacts.TOKENS, "tokenizer.ggml.token_type",
            "tokenizer.ggml.scores");

    private final List<byte[]> tokens;
    private final List<Long> ends;
    private final Map<String, String> traits = new TreeMap<>();
    private final String fingerprint;

    /** The vocabulary of a model. */
    HeaderVocabulary(GgufFile file) {
        tokens = file.texts(GgufFacts.TOKENS);
        ends = ENDS.stream().flatMapToLong(key -> file.integer(key).stream()).boxed().toList();
        StringBuilder lists = new StringBuilder();
        file.metadata().forEach((key, value) -> {
            if (LISTED.contains(key)) {
                lists.append(key).append(value);
            } else if (key.startsWith("tokenizer.") && !key.contains("chat_template")) {
                traits.put(key, value.toString());
            }
        });
        fingerprint = Sha256.of(lists + traits.toString());
    }

    @Override
    public int size() {
        return tokens.size();
    }

    @Override
    public byte[] bytes(int token) {
        return tokens.get(token).clone();
    }

    @Override
    public String label(int token) {
        return new String(tokens.get(token), StandardCharsets.UTF_8);
    }

    @Override
    public boolean isEnd(int token) {
        return ends.contains((long) token);
    }

    @Override
    public int endOfTurn() {
        return ends.isEmpty() ? -1 : Math.toIntExact(ends.getFirst());
    }

    @Override
    public int[] tokenize(String text) {
        throw new UnsupportedOperationException("a header does not split texts");
    }

    @Override
    public Map<String, String> traits() {
        return Map.copyOf(traits);
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }
}
