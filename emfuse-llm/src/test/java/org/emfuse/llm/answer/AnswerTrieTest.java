package org.emfuse.llm.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;

import org.emfuse.llm.TableVocabulary;
import org.junit.jupiter.api.Test;

/** Allowed answers as token sequences. */
class AnswerTrieTest {

    private static final TableVocabulary V = TableVocabulary.SMALL;

    @Test
    void answersEndWithTheEndToken() {
        AnswerTrie trie = AnswerTrie.of(List.of("a", "a b"), V);
        assertThat(trie.tokens(0)).containsExactly(2);
        assertThat(trie.token(0, 1)).isEqualTo(V.endOfTurn());
        assertThat(trie.token(1, 1)).isEqualTo(1);
        assertThat(trie.totalTokens()).isEqualTo(4);
        assertThat(trie.longest()).isEqualTo(3);
    }

    @Test
    void noEmptyOrRepeatedAnswersAreAllowed() {
        assertThatThrownBy(() -> AnswerTrie.of(List.of(), V)).hasMessageContaining("at least one choice");
        assertThatThrownBy(() -> AnswerTrie.of(List.of("a", " "), V)).hasMessageContaining("empty");
        assertThatThrownBy(() -> AnswerTrie.of(List.of("a", "b", "a"), V)).hasMessageContaining("'a' occurs twice");
    }

    @Test
    void drawsComeAsOftenAsTheirProbability() {
        AnswerTrie trie = AnswerTrie.of(List.of("a", "a b", "a c", "d"), V);
        double[] p = {0.5, 0.1, 0.15, 0.25};
        Random random = new Random(5);
        double[] counts = new double[4];
        int n = 20_000;
        for (int k = 0; k < n; k++) {
            counts[trie.draw(p, random)]++;
        }
        double chiSquare = 0;
        for (int k = 0; k < 4; k++) {
            chiSquare += (counts[k] - n * p[k]) * (counts[k] - n * p[k]) / (n * p[k]);
        }
        // 3 degrees of freedom: beyond 16.3 with probability 0.001.
        assertThat(chiSquare).isLessThan(16.3);
    }

    @Test
    void anImpossibleAnswerIsNeverDrawn() {
        AnswerTrie trie = AnswerTrie.of(List.of("a", "b", "c"), V);
        Random random = new Random(1);
        for (int k = 0; k < 1000; k++) {
            assertThat(trie.draw(new double[]{0, 1, 0}, random)).isEqualTo(1);
        }
    }
}
