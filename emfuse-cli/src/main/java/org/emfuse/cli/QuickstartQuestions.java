package org.emfuse.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.llm.eval.DecisionRow;
import org.emfuse.llm.eval.DecisionRows;

/** The questions that come with the program (licences in NOTICE). */
final class QuickstartQuestions {

    /** Questions per domain that there are. */
    static final int MOST = 40;

    private static final Map<String, List<String>> TASKS = new LinkedHashMap<>();

    static {
        TASKS.put("finance", List.of("lendingclub_policy"));
        TASKS.put("medicine", List.of("medmcqa_subject", "chemprot"));
        TASKS.put("math", List.of("mathqa_category"));
    }

    private QuickstartQuestions() {}

    /** The first rows of every domain, split evenly over its tasks; the first task takes the odd one. */
    static List<DecisionRow> first(int items) {
        if (items < 1 || items > MOST) {
            throw new IllegalArgumentException("expected --items from 1 to " + MOST + ", found " + items);
        }
        List<DecisionRow> rows = new ArrayList<>();
        TASKS.values().forEach(tasks -> {
            for (int t = 0; t < tasks.size(); t++) {
                int share = items / tasks.size() + (t < items % tasks.size() ? 1 : 0);
                rows.addAll(read(tasks.get(t), share));
            }
        });
        return rows;
    }

    private static List<DecisionRow> read(String task, int count) {
        String name = "quickstart/" + task + ".jsonl";
        try (InputStream in = QuickstartQuestions.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("the program has no " + name);
            }
            List<String> lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines()
                    .limit(count).toList();
            List<DecisionRow> rows = new ArrayList<>();
            for (String line : lines) {
                rows.add(DecisionRows.parse(name, rows.size() + 1L, line));
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be read", e);
        }
    }
}
