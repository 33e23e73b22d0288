package org.emfuse.llm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.emfuse.record.Sha256;

/** A vocabulary of a few texts, for tests: tokenizes by the longest token that fits. */
public final class TableVocabulary implements Vocabulary {

    /** {@code <end>}, a space, the letters a to f, and two longer tokens. */
    public static final TableVocabulary SMALL = of("<end>", " ", "a", "b", "c", "d", "e", "f", "ab", "cd");

    private final List<byte[]> tokens;
    private final Set<Integer> ends;
    private final Map<String, String> traits;

    private TableVocabulary(List<byte[]> tokens, Set<Integer> ends, Map<String, String> traits) {
        this.tokens = tokens;
        this.ends = ends;
        this.traits = traits;
    }

    /** A vocabulary whose first token is the end. */
    public static TableVocabulary of(String... tokens) {
        List<byte[]> bytes = new ArrayList<>();
        for (String token : tokens) {
            bytes.add(token.getBytes(StandardCharsets.UTF_8));
        }
        return new TableVocabulary(bytes, Set.of(0), Map.of("kind", "table"));
    }

    /** A vocabulary of byte sequences, which need not be whole characters; the first is the end. */
    public static TableVocabulary ofBytes(List<byte[]> tokens) {
        return new TableVocabulary(tokens, Set.of(0), Map.of("kind", "table"));
    }

    /** This one with another token behind the others. */
    public TableVocabulary with(String token, boolean end) {
        List<byte[]> more = new ArrayList<>(tokens);
        more.add(token.getBytes(StandardCharsets.UTF_8));
        Set<Integer> all = end ? Set.of(0, tokens.size()) : ends;
        return new TableVocabulary(more, all, traits);
    }

    /** This one with another trait. */
    public TableVocabulary withTrait(String name, String value) {
        return new TableVocabulary(tokens, ends, Map.of("kind", "table", name, value));
    }

    @Override
    public int size() {
        return tokens.size();
    }

    @Override
    public byte[] bytes(int token) {
        return isEnd(token) ? new byte[0] : tokens.get(token).clone();
    }

    @Override
    public String label(int token) {
        return new String(tokens.get(token), StandardCharsets.UTF_8);
    }

    @Override
    public boolean isEnd(int token) {
        return ends.contains(token);
    }

    @Override
    public int endOfTurn() {
        return 0;
    }

    @Override
    public int[] tokenize(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<Integer> ids = new ArrayList<>();
        for (int at = 0; at < bytes.length;) {
            int best = -1;
            for (int token = 0; token < tokens.size(); token++) {
                boolean longer = best < 0 || tokens.get(token).length > tokens.get(best).length;
                if (!isEnd(token) && longer && fits(bytes, at, tokens.get(token))) {
                    best = token;
                }
            }
            if (best < 0) {
                throw new IllegalArgumentException("no token begins '" + text.substring(at) + "'");
            }
            ids.add(best);
            at += tokens.get(best).length;
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    private static boolean fits(byte[] text, int at, byte[] token) {
        if (at + token.length > text.length) {
            return false;
        }
        for (int k = 0; k < token.length; k++) {
            if (text[at + k] != token[k]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Map<String, String> traits() {
        return traits;
    }

    @Override
    public String fingerprint() {
        StringBuilder all = new StringBuilder().append(new TreeMap<>(traits)).append(new TreeSet<>(ends));
        tokens.forEach(token -> all.append(HexFormat.of().formatHex(token)).append('|'));
        return Sha256.of(all.toString());
    }
}
