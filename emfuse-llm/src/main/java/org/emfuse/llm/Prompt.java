package org.emfuse.llm;

import java.util.List;

/** What an expert is asked. Every expert renders it itself, with its own template and system text. */
public sealed interface Prompt {

    /**
     * A conversation, to be rendered with the expert's chat template and a cue for the assistant.
     *
     * @param messages at least one; without a system message the expert's own configured system text goes first
     */
    record Chat(List<ChatMessage> messages) implements Prompt {
        public Chat {
            messages = List.copyOf(messages);
            if (messages.isEmpty()) {
                throw new IllegalArgumentException("expected at least one message, found none");
            }
        }
    }

    /** Text that is tokenized as it stands, no template; special tokens are not recognised. */
    record Raw(String text) implements Prompt {}

    /** A conversation of one user message. */
    static Prompt user(String text) {
        return new Chat(List.of(ChatMessage.user(text)));
    }
}
