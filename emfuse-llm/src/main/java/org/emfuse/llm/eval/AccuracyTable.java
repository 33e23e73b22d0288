package org.emfuse.llm.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Right answers, counted by group and method in order of appearance. */
public final class AccuracyTable {

    private static final class Count {
        private int right;
        private int n;
    }

    /** One cell. */
    public record Entry(String group, String method, Accuracy accuracy) {}

    private final Map<String, Map<String, Count>> counts = new LinkedHashMap<>();

    /**
     * Counts a decision in a group; one without a known answer is left out.
     */
    public void add(String group, Decision decision) {
        Integer answer = decision.answer();
        if (answer == null) {
            return;
        }
        Map<String, Count> ofGroup = counts.computeIfAbsent(group, g -> new LinkedHashMap<>());
        decision.choices().forEach((method, choice) -> {
            Count count = ofGroup.computeIfAbsent(method, m -> new Count());
            count.n++;
            count.right += choice.intValue() == answer ? 1 : 0;
        });
    }

    /** All cells, group by group. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        counts.forEach((group, methods) -> methods.forEach((method, count) -> entries
                .add(new Entry(group, method, new Accuracy(count.right, count.n)))));
        return entries;
    }
}
