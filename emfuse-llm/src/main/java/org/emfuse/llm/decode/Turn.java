package org.emfuse.llm.decode;

/**
 * One answer in a conversation.
 *
 * @param answer its text, as far as it came
 * @param reason why it ended
 * @param promptTokens length of the whole conversation before the answer, in tokens
 * @param evaluatedTokens how many of those had to be evaluated for this turn; the others were there from the turn before
 */
public record Turn(String answer, FinishReason reason, int promptTokens, int evaluatedTokens) {}
