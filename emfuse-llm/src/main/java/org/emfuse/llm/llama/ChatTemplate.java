package org.emfuse.llm.llama;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.emfuse.llm.ChatMessage;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.emfuse.llm.llama.ffi.LlamaLibrary;
import org.jspecify.annotations.Nullable;

/**
 * A model's chat template. The template's own text is tokenized with special tokens recognised, the messages' contents
 * without: a question that spells {@code <|im_end|>} ends nothing. To tell the two apart the template is rendered with
 * placeholders for the contents.
 */
final class ChatTemplate {

    private static final String FALLBACK = "chatml";
    private static final Pattern PLACEHOLDER = Pattern.compile("\uE000([0-9]+)\uE001");

    private final LlamaLibrary library;
    private final String template;
    private final String description;

    private ChatTemplate(LlamaLibrary library, String template, String description) {
        this.library = library;
        this.template = template;
        this.description = description;
    }

    /** The template stored with the model if the engine knows it, else ChatML; {@code stored} is null where the model has none. */
    static ChatTemplate of(LlamaLibrary library, @Nullable String stored) {
        if (stored == null) {
            return new ChatTemplate(library, FALLBACK, "ChatML, because the model has no template");
        }
        boolean known = library.applyTemplate(stored, new String[]{"user"}, new String[]{"x"}).isPresent();
        return known
                ? new ChatTemplate(library, stored, "the model's own")
                : new ChatTemplate(library, FALLBACK,
                        "ChatML, because the engine does not know the model's own template");
    }

    /** Which template is used, in words. */
    String description() {
        return description;
    }

    /** Whether it is the one that is stored with the model. */
    boolean isOwn() {
        return !template.equals(FALLBACK);
    }

    /** A piece of a rendered conversation: template text, or the content of a message. */
    record Piece(String text, boolean content) {}

    /**
     * Renders a conversation with a cue for the assistant.
     *
     * @param system goes first where the conversation has no system message; null for none
     */
    List<Piece> render(Prompt.Chat chat, @Nullable String system) {
        List<ChatMessage> messages = new ArrayList<>(chat.messages());
        if (system != null && messages.stream().noneMatch(m -> m.role().equals("system"))) {
            messages.addFirst(new ChatMessage("system", system));
        }
        String[] roles = messages.stream().map(ChatMessage::role).toArray(String[]::new);
        String[] placeholders = new String[roles.length];
        for (int i = 0; i < roles.length; i++) {
            placeholders[i] = "\uE000" + i + "\uE001";
        }
        String rendered = library.applyTemplate(template, roles, placeholders).orElseThrow(
                () -> new LlamaException("the engine could not render the chat template (" + description + ")", null));
        return split(rendered, messages);
    }

    /** The text that follows an answer of the assistant; empty where the engine does not tell. */
    String afterAnswer() {
        String[] roles = {"user", "assistant"};
        String rendered = library.applyTemplate(template, roles, new String[]{"\uE0000\uE001", "\uE0001\uE001"})
                .orElse("");
        Matcher matcher = PLACEHOLDER.matcher(rendered);
        int end = 0;
        while (matcher.find()) {
            end = matcher.end();
        }
        return rendered.substring(end);
    }

    private static List<Piece> split(String rendered, List<ChatMessage> messages) {
        List<Piece> pieces = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(rendered);
        int from = 0;
        while (matcher.find()) {
            pieces.add(new Piece(rendered.substring(from, matcher.start()), false));
            pieces.add(new Piece(messages.get(Integer.parseInt(matcher.group(1))).content(), true));
            from = matcher.end();
        }
        pieces.add(new Piece(rendered.substring(from), false));
        return pieces;
    }
}
