package org.emfuse.llm;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Whether two experts speak of the same outcomes (spec 03 §1).
 *
 * @param kind the class of the result
 * @param common tokens that both have under the same ids, from 0 on; what rows are cut to
 * @param difference what differs, in words; empty if nothing does
 */
public record VocabularyMatch(Kind kind, int common, String difference) {

    /** The three classes. */
    public enum Kind {
        /** Equal in every respect. */
        IDENTICAL,
        /** Equal up to extra tokens at the end of one of them. */
        SAME_BASE_EXTRA,
        /** Anything else: needs a mapping. */
        DIFFERENT
    }

    /** Compares two vocabularies. */
    public static VocabularyMatch of(Vocabulary a, Vocabulary b) {
        if (a.fingerprint().equals(b.fingerprint())) {
            return new VocabularyMatch(Kind.IDENTICAL, a.size(), "");
        }
        int common = Math.min(a.size(), b.size());
        for (int token = 0; token < common; token++) {
            if (!Arrays.equals(a.bytes(token), b.bytes(token)) || !a.label(token).equals(b.label(token))
                    || a.isEnd(token) != b.isEnd(token)) {
                return new VocabularyMatch(Kind.DIFFERENT, 0, "token " + token + " is '" + a.label(token) + "' and '"
                        + b.label(token) + "' (" + a.size() + " and " + b.size() + " tokens in all)");
            }
        }
        String traits = differingTraits(a.traits(), b.traits());
        if (!traits.isEmpty()) {
            return new VocabularyMatch(Kind.DIFFERENT, 0, traits);
        }
        return a.size() == b.size()
                ? new VocabularyMatch(Kind.DIFFERENT, 0, "the kinds of some tokens differ")
                : new VocabularyMatch(Kind.SAME_BASE_EXTRA, common, a.size() + " and " + b.size() + " tokens");
    }

    /**
     * Why two experts cannot be fused.
     *
     * @return the first difference, in words; empty if they share a vocabulary
     */
    public static Optional<String> problem(String nameA, Vocabulary a, String nameB, Vocabulary b) {
        VocabularyMatch match = of(a, b);
        if (match.kind() == Kind.DIFFERENT) {
            return Optional.of("the experts " + nameA + " and " + nameB + " do not share a vocabulary: "
                    + match.difference() + ". Fuse experts made from one base model.");
        }
        return extraEnd(nameA, a, match.common()).or(() -> extraEnd(nameB, b, match.common()));
    }

    private static Optional<String> extraEnd(String name, Vocabulary vocabulary, int common) {
        for (int token = common; token < vocabulary.size(); token++) {
            if (vocabulary.isEnd(token)) {
                return Optional.of("the expert " + name + " ends its texts with token " + token + " ('"
                        + vocabulary.label(token) + "'), which the others do not have");
            }
        }
        return Optional.empty();
    }

    private static String differingTraits(Map<String, String> a, Map<String, String> b) {
        TreeSet<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        names.removeIf(name -> a.getOrDefault(name, "").equals(b.getOrDefault(name, "")));
        if (names.isEmpty()) {
            return "";
        }
        String first = names.first();
        return first + " is " + shortened(a.get(first)) + " and " + shortened(b.get(first));
    }

    private static String shortened(@Nullable String value) {
        return value == null ? "missing" : value.length() > 60 ? value.substring(0, 60) + "…" : value;
    }
}
