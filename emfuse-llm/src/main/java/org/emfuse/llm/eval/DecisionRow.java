package org.emfuse.llm.eval;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A question with its options.
 *
 * @param id unique in its file
 * @param question the text to show
 * @param choices the options, at least one, all different
 * @param answer index of the right one, null if it is not known
 * @param domain what it is about, null if not said
 * @param task the task that it belongs to, null if not said
 */
public record DecisionRow(String id, String question, List<String> choices, @Nullable Integer answer,
        @Nullable String domain, @Nullable String task) {

    /** Refuses rows that cannot be decided. */
    public DecisionRow {
        if (question.isBlank()) {
            throw new IllegalArgumentException("expected a question, found an empty text");
        }
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("expected at least one choice, found none");
        }
        choices = List.copyOf(choices);
        for (int k = 0; k < choices.size(); k++) {
            if (choices.get(k).isBlank()) {
                throw new IllegalArgumentException("expected choices with text, found an empty one at index " + k);
            }
            if (choices.indexOf(choices.get(k)) < k) {
                throw new IllegalArgumentException("the choice '" + choices.get(k) + "' occurs twice");
            }
        }
        if (answer != null && (answer < 0 || answer >= choices.size())) {
            throw new IllegalArgumentException("expected an answer in [0, " + choices.size() + "), found " + answer);
        }
    }
}
