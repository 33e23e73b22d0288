package org.emfuse.llm;

import java.util.List;
import java.util.Map;

/** The tokens that all members have under the same ids. Any member's end token ends a text. */
final class FusedVocabulary implements Vocabulary {

    private final List<Vocabulary> members;
    private final Vocabulary smallest;

    /** The common part of vocabularies that were found to match. */
    FusedVocabulary(List<Vocabulary> members) {
        this.members = members;
        Vocabulary least = members.getFirst();
        for (Vocabulary member : members) {
            least = member.size() < least.size() ? member : least;
        }
        this.smallest = least;
    }

    @Override
    public int size() {
        return smallest.size();
    }

    @Override
    public byte[] bytes(int token) {
        return smallest.bytes(token);
    }

    @Override
    public String label(int token) {
        return smallest.label(token);
    }

    @Override
    public boolean isEnd(int token) {
        return members.stream().anyMatch(member -> member.isEnd(token));
    }

    @Override
    public int endOfTurn() {
        return smallest.endOfTurn();
    }

    @Override
    public int[] tokenize(String text) {
        return smallest.tokenize(text);
    }

    @Override
    public Map<String, String> traits() {
        return smallest.traits();
    }

    @Override
    public String fingerprint() {
        return smallest.fingerprint();
    }
}
