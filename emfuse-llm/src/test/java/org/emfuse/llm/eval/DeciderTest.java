package org.emfuse.llm.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.ContextSize;
import org.emfuse.llm.Expert;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.Method;
import org.emfuse.llm.TableExpert;
import org.emfuse.llm.TableVocabulary;
import org.junit.jupiter.api.Test;

/** Many rows, in order. */
class DeciderTest {

    private static final TableVocabulary V = TableVocabulary.of("<end>", "a", "b", "c", "d", "\n", "-", " ", "O", "p",
            "t",
            "i", "o", "n", "s", ":");
    private static final List<Method> METHODS = List.of(new Method("emfuse", new Additive(), new Weighting.Uniform()),
            new Method("emselect", EmSelect.DEFAULT, new Weighting.Uniform()));

    private static FusedExpert fused() {
        return new FusedExpert("f", List.of(TableExpert.random("x", V, 1), TableExpert.random("y", V, 2)),
                new Additive(), new Weighting.Uniform());
    }

    private static List<Decision> decide(Expert expert, List<Method> methods, List<DecisionRow> rows) {
        List<Decision> decisions = new ArrayList<>();
        try (Decider decider = new Decider(expert, methods, new ContextSize(6, 600, 64, 1), decisions::add)) {
            rows.forEach(decider::decide);
        }
        return decisions;
    }

    private static List<DecisionRow> rows(int count) {
        List<DecisionRow> rows = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            // Later rows are sometimes shorter, so they are ready before earlier ones.
            rows.add(new DecisionRow("r" + k, "abc".repeat(1 + 17 * k % 23), List.of("a", "b c", "d"), k % 3, null,
                    null));
        }
        return rows;
    }

    @Test
    void decisionsComeInTheOrderOfTheRows() {
        List<Decision> decisions = decide(fused(), METHODS, rows(20));
        assertThat(decisions).extracting(Decision::id).containsExactlyElementsOf(rows(20).stream().map(DecisionRow::id)
                .toList());
        for (Decision decision : decisions) {
            assertThat(decision.experts()).containsOnlyKeys("x", "y");
            assertThat(decision.methods()).containsOnlyKeys("emfuse", "emselect");
            assertThat(Arrays.stream(decision.probabilities()).sum()).isCloseTo(1, within(1e-9));
            assertThat(decision.logZ()).isNegative();
        }
    }

    @Test
    void aRowIsDecidedTheSameAloneAndAmongOthers() {
        List<Decision> together = decide(fused(), METHODS, rows(12));
        for (int k = 0; k < 12; k++) {
            Decision alone = decide(fused(), METHODS, List.of(rows(12).get(k))).getFirst();
            assertThat(alone.probabilities()).usingComparatorWithPrecision(1e-6)
                    .containsExactly(together.get(k).probabilities());
        }
    }

    @Test
    void contextsAreAsLargeAsRowsNeed() {
        TableExpert expert = TableExpert.random("x", V, 1);
        List<Decision> decisions = new ArrayList<>();
        List<DecisionRow> rows = new ArrayList<>();
        for (int length : new int[]{10, 450, 20, 700, 2}) {
            rows.add(new DecisionRow("r" + length, "a".repeat(length), List.of("a", "b"), null, null, null));
        }
        try (Decider decider = new Decider(expert, List.of(), new ContextSize(6, 1000, 64, 1), decisions::add)) {
            rows.forEach(decider::decide);
            assertThat(expert.open).hasValue(1);
        }
        assertThat(expert.open).hasValue(0);
        assertThat(expert.opened).extracting(ContextSize::tokens).containsExactly(512, 1000);
        assertThat(decisions).hasSize(5);
    }

    @Test
    void aSingleExpertDecidesAlone() {
        Decision decision = decide(TableExpert.random("x", V, 1), List.of(), rows(1)).getFirst();
        assertThat(decision.methods()).containsOnlyKeys("expert:x");
        assertThat(decision.logZ()).isZero();
        assertThatThrownBy(() -> new Decider(fused(), List.of(), new ContextSize(6, 600, 64, 1), d -> {}))
                .hasMessageContaining("methods");
    }

    @Test
    void aRowThatDoesNotFitIsNamed() {
        DecisionRow large = new DecisionRow("large", "abc".repeat(300), List.of("a", "b"), null, null, null);
        assertThatThrownBy(() -> decide(fused(), METHODS, List.of(large))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row large").hasMessageContaining("600");
    }

    @Test
    void accuraciesCountExpertsAndMethods() {
        AccuracyTable table = new AccuracyTable();
        decide(fused(), METHODS, rows(9)).forEach(decision -> table.add("all", decision));
        assertThat(table.entries()).extracting(AccuracyTable.Entry::method).containsExactly("expert:x", "expert:y",
                "emfuse", "emselect");
        assertThat(table.entries()).allSatisfy(entry -> assertThat(entry.accuracy().n()).isEqualTo(9));
    }
}
