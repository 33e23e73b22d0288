package org.emfuse.llm.answer;

import java.util.List;

import org.emfuse.llm.Prompt;

/** The prompt of a decision, template {@code options-list-1} (spec 13 §3). */
public final class OptionsListPrompt {

    /** The template's name, recorded with results; another wording gets another one. */
    public static final String ID = "options-list-1";

    private OptionsListPrompt() {}

    /** The question, a line {@code Options:}, then one line {@code - choice} per choice; no newline at the end. */
    public static Prompt of(String question, List<String> choices) {
        StringBuilder text = new StringBuilder(question).append("\nOptions:");
        for (String choice : choices) {
            text.append("\n- ").append(choice);
        }
        return Prompt.user(text.toString());
    }
}
