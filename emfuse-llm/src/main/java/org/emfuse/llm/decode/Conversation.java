package org.emfuse.llm.decode;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.llm.ChatMessage;
import org.emfuse.llm.ContextTooSmallException;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.sampling.SamplingParams;
import org.jspecify.annotations.Nullable;

/**
 * A conversation over one context. What was evaluated stays between turns: the next turn renders the whole conversation
 * with every expert's own template and evaluates from the first token that is another one. Used by one thread.
 */
public final class Conversation {

    /** The role of what the user says. */
    public static final String USER = "user";

    /** The role of answers. */
    public static final String ASSISTANT = "assistant";

    /** The role of the text that goes first. */
    public static final String SYSTEM = "system";

    private final ExpertContext context;
    private final Decoder decoder;
    private final int room;
    private final KeptSequence kept = new KeptSequence();
    private final List<ChatMessage> messages = new ArrayList<>();

    /** A conversation without messages over an unused context, which the caller closes after it. */
    public Conversation(ExpertContext context) {
        this.context = context;
        this.decoder = new Decoder(context, 1);
        this.room = context.freeTokens();
    }

    /** Tokens that the conversation may have in all. */
    public int room() {
        return room;
    }

    /** What was said so far, in order. */
    public List<ChatMessage> messages() {
        return List.copyOf(messages);
    }

    /** Puts other messages in place of what was said; the next turn evaluates what is new in them. */
    public void replace(List<ChatMessage> others) {
        messages.clear();
        messages.addAll(others);
    }

    /** The text that goes first, null where every expert has its own. */
    public @Nullable String system() {
        return !messages.isEmpty() && messages.getFirst().role().equals(SYSTEM)
                ? messages.getFirst().content()
                : null;
    }

    /** Puts another text first; null leaves that to the experts. */
    public void system(@Nullable String text) {
        if (system() != null) {
            messages.removeFirst();
        }
        if (text != null) {
            messages.addFirst(new ChatMessage(SYSTEM, text));
        }
    }

    /** Forgets what was said, but for the system text, and frees the memory of it. */
    public void reset() {
        messages.removeIf(message -> !message.role().equals(SYSTEM));
        kept.drop(context);
    }

    /**
     * One turn: the user says something and is answered. A turn that fails, or was cancelled before the first character of
     * the answer, leaves no message behind.
     *
     * @param explain how many alternatives each step's explanation lists; -1 for no explanations
     * @param listener hears the answer as it comes; its {@link GenerationListener#failed} is called before this throws
     * @throws ContextTooSmallException if the conversation has become longer than the context
     */
    public Turn say(String text, SamplingParams sampling, int maxTokens, List<String> stop, int explain,
            GenerationListener listener) {
        List<ChatMessage> asked = new ArrayList<>(messages);
        asked.add(new ChatMessage(USER, text));
        Prompt prompt = new Prompt.Chat(asked);
        Answer answer = new Answer(listener);
        decoder.submit(new Generation(new GenerationRequest(prompt, sampling, maxTokens, stop, explain), answer, kept));
        decoder.run();
        Turn turn = answer.turn(context.promptTokens(prompt), kept.queued());
        if (turn.reason() != FinishReason.CANCELLED || !turn.answer().isEmpty()) {
            messages.add(asked.getLast());
            messages.add(new ChatMessage(ASSISTANT, turn.answer()));
        }
        return turn;
    }

    /** Keeps the text of an answer on its way to the listener. */
    private static final class Answer implements GenerationListener {

        private final GenerationListener listener;
        private final StringBuilder text = new StringBuilder();
        private @Nullable FinishReason reason;
        private @Nullable RuntimeException failure;

        Answer(GenerationListener listener) {
            this.listener = listener;
        }

        Turn turn(int promptTokens, int evaluatedTokens) {
            if (failure != null || reason == null) {
                throw failure == null ? new IllegalStateException("the answer did not end") : failure;
            }
            return new Turn(text.toString(), reason, promptTokens, evaluatedTokens);
        }

        @Override
        public void step(Step step) {
            text.append(step.text());
            listener.step(step);
        }

        @Override
        public void finished(FinishReason why, String rest) {
            reason = why;
            text.append(rest);
            listener.finished(why, rest);
        }

        @Override
        public void failed(RuntimeException why) {
            failure = why;
            listener.failed(why);
        }

        @Override
        public boolean cancelled() {
            return listener.cancelled();
        }
    }
}
