package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;

import org.emfuse.energy.Boltzmann;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.emfuse.llm.SequenceId;
import org.junit.jupiter.api.Test;

/** The energies of a context do not depend on how the tokens reach the engine. */
class EvaluationTest extends EngineTest {

    private static final String TEXT = "the answer is in the garden, and the other one is not; so ask again. "
            .repeat(4);

    @Test
    void energiesAreNormalizedAndNotUniform() {
        try (ExpertContext context = open()) {
            SequenceId id = context.start(QUESTION, Rows.LAST);
            float[] energies = energyAfter(context, id);

            assertThat(Boltzmann.logPartition(energies)).isCloseTo(0, within(1e-5));
            assertThat(Boltzmann.firstInvalid(energies)).isEqualTo(-1);
            float lowest = energies[Boltzmann.argmin(energies)];
            assertThat((double) lowest).isLessThan(Math.log(energies.length) - .5);
        }
    }

    @Test
    void aWholePromptAndItsTokensOneAtATimeAgree() {
        try (ExpertContext whole = open(); ExpertContext single = open(1, 512, 1)) {
            Prompt prompt = new Prompt.Raw(TEXT);
            ReadRows all = evaluate(whole, whole.start(prompt, Rows.ALL));
            ReadRows each = evaluate(single, single.start(prompt, Rows.ALL));

            assertThat(all.rows()).hasSize(whole.promptTokens(prompt)).isEqualTo(each.rows());
            all.energies().forEach((row, energies) -> assertThat(
                    largestDifference(energies, each.at(row.sequence(), row.index()))).as("%s", row)
                    .isLessThan(SHAPE));
        }
    }

    private static ReadRows evaluate(ExpertContext context, SequenceId only) {
        ReadRows rows = evaluate(context);
        assertThat(rows.rows()).allMatch(row -> row.sequence().equals(only));
        return rows;
    }

    @Test
    void rowsOfAPromptAreNumberedFromItsEnd() {
        try (ExpertContext context = open()) {
            SequenceId id = context.start(QUESTION, Rows.ALL);
            int length = context.promptTokens(QUESTION);
            assertThat(evaluate(context).rows()).contains(new Row(id, 0), new Row(id, 1 - length))
                    .doesNotContain(new Row(id, 1), new Row(id, -length)).hasSize(length);

            context.append(id, new int[]{5, 6, 7}, Rows.ALL);
            assertThat(evaluate(context).rows()).containsExactly(new Row(id, 1), new Row(id, 2), new Row(id, 3));
        }
    }

    @Test
    void appendedTokensTogetherAndOneAtATimeAgree() {
        int[] tokens = new SplittableRandom(7).ints(40, 3, 280).toArray();
        try (ExpertContext context = open()) {
            SequenceId together = context.start(QUESTION, Rows.NONE);
            SequenceId singly = context.start(QUESTION, Rows.NONE);
            evaluate(context);
            context.append(together, tokens, Rows.ALL);
            ReadRows all = evaluate(context);
            List<float[]> each = appendSingly(context, singly, tokens);

            for (int k = 0; k < tokens.length; k++) {
                assertThat(largestDifference(all.at(together, k + 1), each.get(k))).as("after %d", k + 1)
                        .isLessThan(SHAPE);
            }
        }
    }

    @Test
    void sequencesOfOneBatchDoNotSeeEachOther() {
        String[] texts = {"the", "an answer of the other one", "no", "yes, and the garden is in the answer", "x"};
        try (ExpertContext together = open(5, 512, 64); ExpertContext alone = open(1, 512, 64)) {
            SequenceId[] ids = new SequenceId[texts.length];
            for (int k = 0; k < texts.length; k++) {
                ids[k] = together.start(Prompt.user(texts[k]), Rows.LAST);
            }
            ReadRows rows = evaluate(together);
            for (int k = 0; k < texts.length; k++) {
                SequenceId one = alone.start(Prompt.user(texts[k]), Rows.LAST);
                float[] expected = energyAfter(alone, one);
                alone.release(one);
                assertThat(largestDifference(rows.at(ids[k], 0), expected)).as(texts[k]).isLessThan(SHAPE);
            }
        }
    }

    /** Without this the bounds of the tests here would say nothing. */
    @Test
    void otherContextsHaveFarOtherEnergies() {
        try (ExpertContext context = open()) {
            SequenceId id = context.start(QUESTION, Rows.LAST);
            float[] before = energyAfter(context, id);
            SequenceId almost = context.start(Prompt.user("is the answer in the question!"), Rows.LAST);
            float[] other = energyAfter(context, almost);
            float[] after = appendSingly(context, id, 40).getFirst();

            assertThat(largestDifference(before, other)).isGreaterThan(50 * SHAPE);
            assertThat(largestDifference(before, after)).isGreaterThan(50 * SHAPE);
        }
    }

    /** Batches smaller than the number of sequences, not a multiple of it, and larger than the context. */
    @Test
    void theBatchSizeOnlyCutsTheWork() {
        float[] expected = {};
        for (int batch : new int[]{512, 1, 2, 3, 7, 31, 64, 100, 1000}) {
            try (ExpertContext context = open(3, 250, batch)) {
                SequenceId first = context.start(QUESTION, Rows.LAST);
                SequenceId second = context.start(new Prompt.Raw("the other one"), Rows.ALL);
                ReadRows rows = evaluate(context);
                float[] found = rows.at(first, 0);
                assertThat(rows.rows()).contains(new Row(second, 0));
                expected = expected.length == 0 ? found : expected;
                assertThat(largestDifference(found, expected)).as("batch of %d", batch).isLessThan(SHAPE);
            }
        }
    }

    @Test
    void singleTokensGoBeforePrompts() {
        try (ExpertContext context = open(4, 512, 8)) {
            SequenceId running = context.start(QUESTION, Rows.NONE);
            evaluate(context);
            SequenceId late = context.start(QUESTION, Rows.LAST);
            context.append(running, new int[]{9}, Rows.LAST);

            assertThat(context.evaluate()).as("more work is left").isTrue();
            assertThat(context.rows()).containsExactly(new Row(running, 1));
            assertThat(evaluate(context).rows()).containsExactly(new Row(late, 0));
        }
    }

    @Test
    void nothingQueuedIsNoWorkAndForgetsTheRows() {
        try (ExpertContext context = open()) {
            assertThat(context.evaluate()).isFalse();
            SequenceId id = context.start(QUESTION, Rows.LAST);
            assertThat(context.rows()).isEmpty();
            assertThat(context.evaluate()).isFalse();
            Row row = new Row(id, 0);
            assertThat(context.rows()).containsExactly(row);
            assertThat(context.evaluate()).isFalse();
            assertThat(context.rows()).isEmpty();
            assertThatThrownBy(() -> energies(context, row)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not ready");
        }
    }

    @Test
    void aShorterRowIsCutBeforeItIsNormalized() {
        try (ExpertContext context = open()) {
            SequenceId id = context.start(QUESTION, Rows.LAST);
            context.evaluate();
            float[] whole = energies(context, new Row(id, 0));
            float[] cut = new float[100];
            context.energies(new Row(id, 0), cut);

            assertThat(Boltzmann.logPartition(cut)).isCloseTo(0, within(1e-5));
            assertThat(cut[3] - cut[7]).isCloseTo(whole[3] - whole[7], within(1e-4f));
            assertThatThrownBy(() -> context.energies(new Row(id, 0), new float[whole.length + 1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void temperatureDividesTheLogits() {
        ContextSize size = new ContextSize(1, 256, 64, 1);
        try (ExpertContext plain = experts.expert(TinyExperts.BASE).open(size);
                ExpertContext flat = experts.expert(TinyExperts.BASE, 2.5, null).open(size)) {
            float[] expected = energyAfter(plain, plain.start(QUESTION, Rows.LAST));
            float[] found = energyAfter(flat, flat.start(QUESTION, Rows.LAST));
            for (int v = 0; v < expected.length; v++) {
                expected[v] /= 2.5f;
            }
            Boltzmann.normalize(expected);

            assertThat(largestDifference(found, expected)).isLessThan(1e-5);
        }
        assertThatThrownBy(() -> experts.expert(TinyExperts.BASE, 0, null))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("positive temperature");
    }

    /** The mean that the context computes in pieces, against the same sum from rows that are read one at a time. */
    @Test
    void promptLossIsTheMeanEnergyOfThePromptsTokens() {
        Prompt prompt = new Prompt.Raw(TEXT);
        int[] tokens = experts.model().vocabulary().tokenize(TEXT);
        ContextSize size = new ContextSize(3, 1024, 64, 1);
        for (double temperature : new double[]{1, 1.7}) {
            try (ExpertContext context = experts.expert(TinyExperts.BASE, temperature, null).open(size)) {
                SequenceId rows = context.start(prompt, Rows.ALL);
                ReadRows all = evaluate(context);
                double sum = 0;
                for (int t = 1; t < tokens.length; t++) {
                    sum += all.at(rows, t - tokens.length)[tokens[t]];
                }
                SequenceId loss = context.start(prompt, Rows.LOSS);
                assertThatThrownBy(() -> context.promptLoss(loss)).isInstanceOf(IllegalStateException.class);
                assertThat(evaluate(context).rows()).containsExactly(new Row(loss, 0));

                assertThat(tokens.length).isGreaterThan(LlamaContext.MAX_ROWS);
                assertThat(context.promptLoss(loss)).isCloseTo(sum / (tokens.length - 1), within(SHAPE));
                assertThatThrownBy(() -> context.promptLoss(rows)).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void aPromptLossIsInheritedByForksAndKeptAfterAppends() {
        try (ExpertContext context = open()) {
            SequenceId id = context.start(QUESTION, Rows.LOSS);
            evaluate(context);
            double loss = context.promptLoss(id);
            SequenceId fork = context.fork(id);
            appendSingly(context, id, 10, 20);
            appendSingly(context, fork, 30);

            assertThat(loss).isPositive();
            assertThat(context.promptLoss(id)).isEqualTo(loss);
            assertThat(context.promptLoss(fork)).isEqualTo(loss);
        }
    }

    @Test
    void aPromptOfOneTokenHasNoLoss() {
        try (ExpertContext context = open()) {
            SequenceId id = context.start(new Prompt.Raw("x"), Rows.LOSS);
            evaluate(context);
            assertThat(context.promptLoss(id)).isZero();
        }
    }
}
