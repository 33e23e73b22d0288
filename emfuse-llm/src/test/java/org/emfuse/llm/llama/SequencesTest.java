package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.junit.jupiter.api.Test;

/** Forking, rewinding and releasing sequences, and what is refused. */
class SequencesTest extends EngineTest {

    private static SequenceId started(ExpertContext context) {
        SequenceId id = context.start(QUESTION, Rows.NONE);
        evaluate(context);
        return id;
    }

    @Test
    void aForkContinuesLikeTheSequenceThatItCameFrom() {
        try (ExpertContext context = open()) {
            SequenceId id = started(context);
            appendSingly(context, id, 10, 20, 30);
            SequenceId fork = context.fork(id);
            SequenceId computed = started(context);
            appendSingly(context, computed, 10, 20, 30);

            assertThat(context.length(fork)).isEqualTo(context.length(id));
            assertThat(context.generated(fork)).isEqualTo(3);
            float[] expected = appendSingly(context, computed, 40).getFirst();
            assertThat(largestDifference(appendSingly(context, fork, 40).getFirst(), expected)).isLessThan(SHAPE);
            assertThat(largestDifference(appendSingly(context, id, 40).getFirst(), expected)).isLessThan(SHAPE);
        }
    }

    @Test
    void forksDoNotSeeEachOther() {
        try (ExpertContext context = open()) {
            SequenceId id = started(context);
            SequenceId fork = context.fork(id);
            SequenceId untouched = context.fork(id);
            appendSingly(context, id, 10, 20);
            appendSingly(context, fork, 30, 40, 50);

            List<float[]> after = appendSingly(context, untouched, 60);
            SequenceId computed = started(context);
            assertThat(largestDifference(after.getFirst(), appendSingly(context, computed, 60).getFirst()))
                    .isLessThan(SHAPE);
        }
    }

    @Test
    void aForkOutlivesTheSequenceThatItCameFrom() {
        try (ExpertContext context = open()) {
            SequenceId id = started(context);
            float[] expected = appendSingly(context, id, 10).getFirst();
            context.rewind(id, 0);
            SequenceId fork = context.fork(id);
            context.release(id);
            // Something else may now take the room of the first one.
            started(context);

            assertThat(largestDifference(appendSingly(context, fork, 10).getFirst(), expected)).isLessThan(SHAPE);
        }
    }

    @Test
    void afterRewindingTheSequenceContinuesAsIfNothingHadBeen() {
        try (ExpertContext context = open()) {
            SequenceId id = started(context);
            List<float[]> first = appendSingly(context, id, 10, 20, 30);
            appendSingly(context, id, 100, 101, 102);
            context.rewind(id, 1);

            assertThat(context.generated(id)).isEqualTo(1);
            List<float[]> again = appendSingly(context, id, 20, 30);
            assertThat(largestDifference(again.get(0), first.get(1))).isLessThan(SHAPE);
            assertThat(largestDifference(again.get(1), first.get(2))).isLessThan(SHAPE);
        }
    }

    @Test
    void rewindingToTheSameLengthChangesNothingAndFurtherIsRefused() {
        try (ExpertContext context = open()) {
            SequenceId id = started(context);
            appendSingly(context, id, 10, 20);
            int free = context.freeTokens();
            context.rewind(id, 2);

            assertThat(context.freeTokens()).isEqualTo(free);
            assertThatThrownBy(() -> context.rewind(id, 3)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected 0 to 2");
            assertThatThrownBy(() -> context.rewind(id, -1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void roomIsCountedOncePerTokenHoweverManySequencesShareIt() {
        try (ExpertContext context = open()) {
            int all = context.freeTokens();
            SequenceId id = started(context);
            int prompt = context.length(id);
            assertThat(context.freeTokens()).isEqualTo(all - prompt);
            SequenceId fork = context.fork(id);
            assertThat(context.freeTokens()).isEqualTo(all - prompt);
            context.append(fork, new int[]{10, 20}, Rows.NONE);
            assertThat(context.freeTokens()).as("queued tokens count").isEqualTo(all - prompt - 2);
            evaluate(context);
            context.release(id);
            assertThat(context.freeTokens()).isEqualTo(all - prompt - 2);
            context.rewind(fork, 1);
            assertThat(context.freeTokens()).isEqualTo(all - prompt - 1);
            context.release(fork);
            assertThat(context.freeTokens()).isEqualTo(all);
        }
    }

    @Test
    void releasingDropsWhatIsQueuedAndWhatIsReady() {
        try (ExpertContext context = open()) {
            int all = context.freeTokens();
            SequenceId queued = context.start(QUESTION, Rows.LAST);
            context.release(queued);
            assertThat(context.freeTokens()).isEqualTo(all);
            assertThat(context.evaluate()).isFalse();
            assertThat(context.rows()).isEmpty();

            SequenceId ready = context.start(QUESTION, Rows.LAST);
            context.evaluate();
            context.release(ready);
            assertThat(context.rows()).isEmpty();
            assertThatThrownBy(() -> energies(context, new Row(ready, 0))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** A prompt cut in the middle of its evaluation must give all its room back. */
    @Test
    void releasingBetweenTwoBatchesGivesAllRoomBack() {
        try (ExpertContext context = open(2, 512, 4)) {
            int all = context.freeTokens();
            SequenceId id = context.start(QUESTION, Rows.LAST);
            assertThat(context.evaluate()).isTrue();
            context.release(id);

            assertThat(context.freeTokens()).isEqualTo(all);
            assertThat(context.evaluate()).isFalse();
        }
    }

    @Test
    void aFullMemoryIsRefusedInJavaAndUsableAfterwards() {
        try (ExpertContext context = open(2, 256, 64)) {
            int room = context.freeTokens();
            SequenceId id = context.start(new Prompt.Raw("x".repeat(room - 2)), Rows.LAST);
            assertThat(context.freeTokens()).isEqualTo(2);
            assertThatThrownBy(() -> context.start(QUESTION, Rows.LAST)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expert base").hasMessageContaining("room for 2");
            assertThatThrownBy(() -> context.append(id, new int[3], Rows.LAST))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("expert base");
            context.append(id, new int[]{10, 20}, Rows.LAST);
            evaluate(context);
            assertThat(context.freeTokens(id)).isZero();
            assertThatThrownBy(() -> context.append(id, new int[]{30}, Rows.LAST))
                    .isInstanceOf(IllegalArgumentException.class);

            context.rewind(id, 0);
            assertThat(appendSingly(context, id, 10)).hasSize(1);
        }
    }

    @Test
    void aPromptLongerThanTheContextIsRefused() {
        try (ExpertContext context = open(2, 256, 64)) {
            int room = context.freeTokens();
            Prompt prompt = new Prompt.Raw("x".repeat(room + 1));
            assertThat(context.promptTokens(prompt)).isEqualTo(room + 1);
            assertThatThrownBy(() -> context.start(prompt, Rows.LAST)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Shorten it");
            assertThat(context.freeSequences()).isEqualTo(2);
            assertThatThrownBy(() -> context.start(new Prompt.Raw(""), Rows.LAST))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no token");
        }
    }

    @Test
    void moreSequencesThanWereAskedForAreRefused() {
        try (ExpertContext context = open(2, 256, 64)) {
            SequenceId id = started(context);
            SequenceId fork = context.fork(id);
            assertThat(context.freeSequences()).isZero();
            assertThatThrownBy(() -> context.start(QUESTION, Rows.LAST)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("all 2 sequences are in use");
            assertThatThrownBy(() -> context.fork(id)).isInstanceOf(IllegalStateException.class);
            context.release(fork);
            assertThat(context.freeSequences()).isEqualTo(1);
            assertThat(context.fork(id)).isNotEqualTo(fork);
        }
    }

    @Test
    void theEnginesOwnLimitOfSequencesCanBeUsedButNotExceeded() {
        int most = experts.model().engine().maxSequences();
        assertThat(most).isGreaterThanOrEqualTo(64);
        try (ExpertContext context = open(most, 1024, 32)) {
            SequenceId id = started(context);
            for (int k = 1; k < most; k++) {
                context.append(context.fork(id), new int[]{3 + k % 200}, Rows.LAST);
            }
            assertThat(evaluate(context).rows()).hasSize(most - 1);
        }
        Expert expert = experts.expert(TinyExperts.BASE);
        assertThatThrownBy(() -> expert.open(new ContextSize(most + 1, 1024, 32, 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at most " + most)
                .hasMessageContaining("expert base");
    }

    @Test
    void tokensOutsideTheVocabularyNeverReachTheEngine() {
        try (ExpertContext context = open()) {
            SequenceId id = started(context);
            int size = context.vocabulary().size();
            int free = context.freeTokens();
            for (int bad : new int[]{-1, size, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertThatThrownBy(() -> context.append(id, new int[]{5, bad}, Rows.LAST))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("token " + bad);
            }
            assertThatThrownBy(() -> context.append(id, new int[0], Rows.LAST))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> context.append(id, new int[]{5}, Rows.LOSS))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(context.freeTokens()).isEqualTo(free);
        }
    }

    @Test
    void aSequenceWithQueuedTokensIsNeitherForkedNorRewound() {
        try (ExpertContext context = open()) {
            SequenceId id = started(context);
            context.append(id, new int[]{10}, Rows.LAST);

            assertThatThrownBy(() -> context.fork(id)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("1 queued tokens");
            assertThatThrownBy(() -> context.rewind(id, 0)).isInstanceOf(IllegalStateException.class);
            context.evaluate();
            assertThat(context.fork(id)).isNotNull();
        }
    }

    @Test
    void whoIsReleasedOrFromAnotherContextIsUnknown() {
        try (ExpertContext context = open()) {
            SequenceId id = started(context);
            context.release(id);
            SequenceId never = new SequenceId(999);
            for (SequenceId unknown : List.of(id, never)) {
                assertThatThrownBy(() -> context.append(unknown, new int[]{1}, Rows.LAST))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("released or never");
                assertThatThrownBy(() -> context.fork(unknown)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> context.rewind(unknown, 0)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> context.release(unknown)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> context.length(unknown)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> context.promptLoss(unknown)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
