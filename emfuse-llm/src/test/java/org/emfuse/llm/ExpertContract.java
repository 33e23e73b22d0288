package org.emfuse.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import org.emfuse.energy.Boltzmann;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every kind of expert has to do: queue, evaluate, read. */
public abstract class ExpertContract {

    /** Sequences of the context under test. */
    protected static final int SEQUENCES = 6;

    private Expert expert;
    private ExpertContext context;

    /** The expert under test; closed by the kit. */
    protected abstract Expert expert();

    /** A prompt of several tokens for every expert. */
    protected Prompt prompt() {
        return Prompt.user("ab cd a");
    }

    /** Another prompt. */
    protected Prompt otherPrompt() {
        return Prompt.user("fed");
    }

    /** Room of the context under test, in tokens. */
    protected int tokens() {
        return 256;
    }

    /** How far energies of the same position may differ between batches of different shape, in nats. */
    protected double tolerance() {
        return 1e-6;
    }

    /** Whether the expert can tell the loss of a prompt. */
    protected boolean hasPromptLoss() {
        return true;
    }

    /** Whether differences of energies survive that rows are cut; not so where a rule is not a plain sum. */
    protected boolean cutsBeforeFusing() {
        return true;
    }

    @BeforeEach
    void openContext() {
        expert = expert();
        context = expert.open(new ContextSize(SEQUENCES, tokens(), 64, 2));
    }

    @AfterEach
    void closeContext() {
        if (context != null) { // null where the test was skipped before it began
            context.close();
            expert.close();
        }
        afterClose();
    }

    /** Called when context and expert are closed; for what the expert does not own. */
    protected void afterClose() {}

    private float[] read(Row row) {
        float[] energies = new float[context.vocabulary().size()];
        context.energies(row, energies);
        return energies;
    }

    /** Evaluates to the end and reads every row. */
    private Map<Row, float[]> evaluateAll() {
        Map<Row, float[]> rows = new HashMap<>();
        boolean more = true;
        while (more) {
            more = context.evaluate();
            for (Row row : context.rows()) {
                assertThat(rows.put(row, read(row))).as("%s came twice", row).isNull();
            }
        }
        return rows;
    }

    private float[] last(SequenceId id) {
        return evaluateAll().entrySet().stream().filter(e -> e.getKey().sequence().equals(id)).findFirst().orElseThrow()
                .getValue();
    }

    private static float[] at(Map<Row, float[]> rows, Row row) {
        assertThat(rows).containsKey(row);
        return Objects.requireNonNull(rows.get(row));
    }

    private void assertClose(float[] a, float[] b) {
        assertThat(a).usingComparatorWithPrecision((float) tolerance()).containsExactly(b);
    }

    @Test
    void energiesAreNormalised() {
        float[] row = last(context.start(prompt(), Rows.LAST));
        assertThat(row).hasSize(expert.vocabulary().size());
        assertThat(Boltzmann.logPartition(row)).isCloseTo(0, within(1e-4));
    }

    @Test
    void theRowAfterThePromptHasIndexZeroAndOthersCountAppendedTokens() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        assertThat(evaluateAll().keySet()).containsExactly(new Row(id, 0));
        context.append(id, new int[]{2, 3}, Rows.ALL);
        assertThat(evaluateAll().keySet()).containsExactlyInAnyOrder(new Row(id, 1), new Row(id, 2));
        context.append(id, new int[]{4}, Rows.LAST);
        assertThat(evaluateAll().keySet()).containsExactly(new Row(id, 3));
        assertThat(context.generated(id)).isEqualTo(3);
    }

    @Test
    void noRowsAreMadeWhereNoneAreWanted() {
        SequenceId id = context.start(prompt(), Rows.NONE);
        assertThat(evaluateAll()).isEmpty();
        context.append(id, new int[]{2, 3}, Rows.NONE);
        assertThat(evaluateAll()).isEmpty();
        assertThat(context.generated(id)).isEqualTo(2);
    }

    @Test
    void theLengthIsThatOfThePromptPlusAppended() {
        int length = context.promptTokens(prompt());
        SequenceId id = context.start(prompt(), Rows.LAST);
        assertThat(context.length(id)).isEqualTo(length);
        context.append(id, new int[]{2, 3, 4}, Rows.LAST);
        assertThat(context.length(id)).isEqualTo(length + 3);
        evaluateAll();
        assertThat(context.length(id)).isEqualTo(length + 3);
    }

    @Test
    void oneByOneEqualsAllAtOnce() {
        SequenceId atOnce = context.start(prompt(), Rows.LAST);
        evaluateAll();
        context.append(atOnce, new int[]{2, 3, 4, 5}, Rows.LAST);
        float[] expected = last(atOnce);
        SequenceId oneByOne = context.start(prompt(), Rows.LAST);
        evaluateAll();
        float[] row = new float[0];
        for (int token : new int[]{2, 3, 4, 5}) {
            context.append(oneByOne, new int[]{token}, Rows.LAST);
            row = last(oneByOne);
        }
        assertClose(row, expected);
    }

    @Test
    void sequencesDoNotSeeEachOther() {
        SequenceId alone = context.start(prompt(), Rows.LAST);
        float[] expected = last(alone);
        float[] other = last(context.start(otherPrompt(), Rows.LAST));
        context.release(alone);
        SequenceId a = context.start(prompt(), Rows.LAST);
        SequenceId b = context.start(otherPrompt(), Rows.LAST);
        Map<Row, float[]> rows = evaluateAll();
        assertClose(at(rows, new Row(a, 0)), expected);
        assertClose(at(rows, new Row(b, 0)), other);
    }

    @Test
    void aForkGoesOnFromTheSameTokensAndLeavesItsParentAlone() {
        SequenceId parent = context.start(prompt(), Rows.LAST);
        evaluateAll();
        SequenceId child = context.fork(parent);
        assertThat(context.length(child)).isEqualTo(context.length(parent));
        context.append(child, new int[]{2, 3}, Rows.LAST);
        context.append(parent, new int[]{5}, Rows.LAST);
        Map<Row, float[]> rows = evaluateAll();
        SequenceId fresh = context.start(prompt(), Rows.LAST);
        evaluateAll();
        context.append(fresh, new int[]{2, 3}, Rows.LAST);
        assertClose(at(rows, new Row(child, 2)), last(fresh));
        context.rewind(fresh, 0);
        context.append(fresh, new int[]{5}, Rows.LAST);
        assertClose(at(rows, new Row(parent, 1)), last(fresh));
    }

    @Test
    void aForkTakesNoRoom() {
        SequenceId parent = context.start(prompt(), Rows.LAST);
        evaluateAll();
        int room = context.freeTokens();
        SequenceId child = context.fork(parent);
        assertThat(context.freeTokens()).isEqualTo(room);
        context.release(parent);
        assertThat(context.freeTokens()).isEqualTo(room);
        context.release(child);
        assertThat(context.freeTokens()).isGreaterThan(room);
    }

    @Test
    void aForkOutlivesItsParent() {
        SequenceId parent = context.start(prompt(), Rows.LAST);
        evaluateAll();
        SequenceId child = context.fork(parent);
        context.append(parent, new int[]{2}, Rows.LAST);
        float[] expected = last(parent);
        context.release(parent);
        SequenceId noise = context.start(otherPrompt(), Rows.LAST);
        evaluateAll();
        context.append(child, new int[]{2}, Rows.LAST);
        context.append(noise, new int[]{3}, Rows.LAST);
        assertClose(at(evaluateAll(), new Row(child, 1)), expected);
    }

    @Test
    void afterRewindingTheSameTokensGiveTheSameRows() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        evaluateAll();
        context.append(id, new int[]{2, 3}, Rows.ALL);
        float[] expected = at(evaluateAll(), new Row(id, 1));
        context.rewind(id, 0);
        assertThat(context.generated(id)).isZero();
        context.append(id, new int[]{2}, Rows.LAST);
        assertClose(at(evaluateAll(), new Row(id, 1)), expected);
    }

    /** The prompt and more behind it. */
    private Prompt longer() {
        return new Prompt.Chat(List.of(((Prompt.Chat) prompt()).messages().getFirst(),
                ((Prompt.Chat) otherPrompt()).messages().getFirst()));
    }

    private float[] fresh(Prompt prompt) {
        SequenceId id = context.start(prompt, Rows.LAST);
        float[] row = at(evaluateAll(), new Row(id, 0));
        context.release(id);
        return row;
    }

    @Test
    void aResumedSequenceIsThatOfTheNewPrompt() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        evaluateAll();
        context.append(id, new int[]{2, 3}, Rows.LAST);
        evaluateAll();
        for (Prompt next : List.of(longer(), prompt(), otherPrompt(), otherPrompt(), longer())) {
            assertThat(context.resume(id, next, Rows.LAST)).isBetween(1, context.promptTokens(next));
            Map<Row, float[]> rows = evaluateAll();
            assertThat(rows).hasSize(1);
            assertThat(context.length(id)).isEqualTo(context.promptTokens(next));
            assertThat(context.generated(id)).isZero();
            assertClose(at(rows, new Row(id, 0)), fresh(next));
        }
    }

    @Test
    void resumingEvaluatesOnlyWhatIsNew() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        evaluateAll();
        assertThat(context.resume(id, prompt(), Rows.LAST)).as("the last token, for its row").isEqualTo(1);
        evaluateAll();
        assertThat(context.resume(id, longer(), Rows.LAST)).isLessThan(context.promptTokens(longer()));
        evaluateAll();
        assertThat(context.resume(id, longer(), Rows.LAST)).isEqualTo(1);
    }

    @Test
    void resumingDropsWhatIsQueuedAndLeavesForksAlone() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        float[] expected = at(evaluateAll(), new Row(id, 0));
        SequenceId fork = context.fork(id);
        context.append(id, new int[]{2, 3, 4}, Rows.LAST);
        context.resume(id, longer(), Rows.LAST);
        context.resume(id, otherPrompt(), Rows.LAST);
        assertThat(evaluateAll().keySet()).containsExactly(new Row(id, 0));
        assertThat(context.resume(fork, prompt(), Rows.LAST)).isEqualTo(1);
        assertClose(at(evaluateAll(), new Row(fork, 0)), expected);
    }

    @Test
    void aPromptThatDoesNotFitEndsTheSequence() {
        int room = context.freeTokens();
        SequenceId id = context.start(prompt(), Rows.LAST);
        evaluateAll();
        Prompt huge = Prompt.user("ab cd ".repeat(room));
        assertThatThrownBy(() -> context.resume(id, huge, Rows.LAST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> context.length(id)).isInstanceOf(IllegalArgumentException.class);
        assertThat(context.freeTokens()).isEqualTo(room);
        assertThat(context.freeSequences()).isEqualTo(SEQUENCES);
    }

    @Test
    void queuedTokensForbidForkAndRewind() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        assertThatThrownBy(() -> context.fork(id)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> context.rewind(id, 0)).isInstanceOf(IllegalStateException.class);
        evaluateAll();
        context.append(id, new int[]{2}, Rows.LAST);
        assertThatThrownBy(() -> context.fork(id)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void rewindingKeepsAtMostWhatThereIs() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        evaluateAll();
        assertThatThrownBy(() -> context.rewind(id, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> context.rewind(id, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tokensOutsideTheVocabularyAreRefused() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        int size = expert.vocabulary().size();
        assertThatThrownBy(() -> context.append(id, new int[]{size}, Rows.LAST))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("token " + size);
        assertThatThrownBy(() -> context.append(id, new int[]{-1}, Rows.LAST))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFullContextRefusesTokensAndGivesRoomBack() {
        int room = context.freeTokens();
        SequenceId id = context.start(prompt(), Rows.LAST);
        assertThat(context.freeTokens()).isLessThan(room);
        evaluateAll();
        int free = context.freeTokens(id);
        assertThatThrownBy(() -> context.append(id, new int[free + 1], Rows.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        context.append(id, filled(free), Rows.LAST);
        assertThat(evaluateAll().keySet()).containsExactly(new Row(id, free));
        assertThat(context.freeTokens(id)).isZero();
        context.rewind(id, 1);
        assertThat(context.freeTokens(id)).isEqualTo(free - 1);
        context.release(id);
        assertThat(context.freeTokens()).isEqualTo(room);
    }

    private static int[] filled(int count) {
        int[] tokens = new int[count];
        Arrays.fill(tokens, 2);
        return tokens;
    }

    @Test
    void sequencesRunOutAndComeBack() {
        assertThat(context.freeSequences()).isEqualTo(SEQUENCES);
        SequenceId first = context.start(prompt(), Rows.LAST);
        evaluateAll();
        for (int k = 1; k < SEQUENCES; k++) {
            context.fork(first);
        }
        assertThat(context.freeSequences()).isZero();
        assertThatThrownBy(() -> context.fork(first)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> context.start(otherPrompt(), Rows.LAST)).isInstanceOf(IllegalStateException.class);
        context.release(first);
        assertThat(context.freeSequences()).isEqualTo(1);
    }

    @Test
    void aReleasedSequenceIsUnknown() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        context.release(id);
        assertThatThrownBy(() -> context.append(id, new int[]{1}, Rows.LAST))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> context.length(id)).isInstanceOf(IllegalArgumentException.class);
        assertThat(evaluateAll()).isEmpty();
    }

    @Test
    void rowsOfAnEarlierEvaluationAreGone() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        evaluateAll();
        Row row = new Row(id, 0);
        context.append(id, new int[]{2}, Rows.LAST);
        context.evaluate();
        assertThatThrownBy(() -> read(row)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aShorterRowIsNormalisedOverItsOwnTokens() {
        Row row = new Row(context.start(prompt(), Rows.LAST), 0);
        while (context.evaluate()) {
            // until the prompt is read
        }
        float[] full = read(row);
        float[] part = new float[3];
        context.energies(row, part);
        assertThat(Boltzmann.logPartition(part)).isCloseTo(0, within(1e-5));
        if (!cutsBeforeFusing()) {
            return;
        }
        assertThat((double) part[0] - part[1]).isCloseTo((double) full[0] - full[1], within(1e-3));
    }

    @Test
    void thePromptLossIsTheMeanEnergyOfItsTokens() {
        if (!hasPromptLoss()) {
            assertThatThrownBy(() -> {
                SequenceId id = context.start(prompt(), Rows.LOSS);
                evaluateAll();
                context.promptLoss(id);
            }).isInstanceOf(RuntimeException.class).hasMessageContaining("prompt loss");
            return;
        }
        SequenceId id = context.start(prompt(), Rows.LOSS);
        assertThatThrownBy(() -> context.promptLoss(id)).isInstanceOf(IllegalStateException.class);
        assertThat(evaluateAll().keySet()).containsExactly(new Row(id, 0));
        double loss = context.promptLoss(id);
        assertThat(loss).isPositive();
        assertThat(context.promptLoss(context.fork(id))).isEqualTo(loss);
        SequenceId plain = context.start(prompt(), Rows.LAST);
        evaluateAll();
        assertThatThrownBy(() -> context.promptLoss(plain)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aResumedPromptHasTheLossOfAFreshOne() {
        if (!hasPromptLoss()) {
            return; // the test before this one covers the refusal
        }
        SequenceId whole = context.start(longer(), Rows.LOSS);
        SequenceId id = context.start(prompt(), Rows.LOSS);
        evaluateAll();
        context.append(id, new int[]{2, 3}, Rows.LAST);
        evaluateAll();
        assertThat(context.resume(id, longer(), Rows.LOSS)).isLessThan(context.promptTokens(longer()));
        evaluateAll();
        assertThat(context.promptLoss(id)).isCloseTo(context.promptLoss(whole), within(tolerance()));
        context.resume(id, prompt(), Rows.LAST);
        evaluateAll();
        assertThatThrownBy(() -> context.promptLoss(id)).isInstanceOf(IllegalStateException.class);
        assertThat(context.resume(id, longer(), Rows.LOSS)).as("no loss is known")
                .isEqualTo(context.promptTokens(longer()));
        evaluateAll();
        assertThat(context.promptLoss(id)).isCloseTo(context.promptLoss(whole), within(tolerance()));
    }

    @Test
    void theExplanationHasTheEnergyOfTheRow() {
        Row row = new Row(context.start(prompt(), Rows.LAST), 0);
        while (context.evaluate()) {
            // until the prompt is read
        }
        Explanation explanation = context.explain(row, 2, 2);
        assertThat(explanation.energy()).isCloseTo(read(row)[2], within(1e-6));
        assertThat(explanation.alternatives()).hasSize(2).noneMatch(other -> other.token() == 2);
    }

    @Test
    void nothingWorksAfterClosing() {
        SequenceId id = context.start(prompt(), Rows.LAST);
        context.close();
        context.close();
        assertThatThrownBy(context::evaluate).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> context.start(prompt(), Rows.LAST)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> context.length(id)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(context::freeTokens).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void manyRandomOperationsKeepCountOfRoomAndRows() {
        Random random = new Random(11);
        int room = context.freeTokens();
        List<SequenceId> live = new ArrayList<>();
        Map<SequenceId, Integer> generated = new HashMap<>();
        for (int step = 0; step < 120; step++) {
            int action = random.nextInt(5);
            if (action == 0 && context.freeSequences() > 0 && context.freeTokens() > 100) {
                SequenceId id = context.start(random.nextBoolean() ? prompt() : otherPrompt(), Rows.LAST);
                live.add(id);
                generated.put(id, 0);
                evaluateAll();
            } else if (!live.isEmpty()) {
                SequenceId id = live.get(random.nextInt(live.size()));
                int count = generated.getOrDefault(id, 0);
                if (action == 1 && context.freeSequences() > 0) {
                    SequenceId child = context.fork(id);
                    live.add(child);
                    generated.put(child, count);
                } else if (action == 2) {
                    int keep = random.nextInt(count + 1);
                    context.rewind(id, keep);
                    generated.put(id, keep);
                } else if (action == 3 && live.size() > 2) {
                    context.release(id);
                    live.remove(id);
                } else if (context.freeTokens(id) > 4) {
                    int more = 1 + random.nextInt(3);
                    context.append(id, filled(more), Rows.LAST);
                    generated.put(id, count + more);
                    assertThat(evaluateAll().keySet()).containsExactly(new Row(id, count + more));
                }
            }
            live.forEach(id -> assertThat(context.generated(id)).isEqualTo(generated.get(id)));
            assertThat(context.freeSequences()).isEqualTo(SEQUENCES - live.size());
        }
        live.forEach(context::release);
        assertThat(context.freeTokens()).isEqualTo(room);
    }
}
