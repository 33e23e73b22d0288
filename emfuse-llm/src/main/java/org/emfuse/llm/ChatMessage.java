package org.emfuse.llm;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content the text; special tokens that it spells are plain text to every expert
 */
public record ChatMessage(String role, String content) {

    /** A message of the user. */
    public static ChatMessage user(String content) {
        return new ChatMessage("user", content);
    }
}
