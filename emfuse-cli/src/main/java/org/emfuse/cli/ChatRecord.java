package org.emfuse.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.llm.ChatMessage;
import org.emfuse.llm.config.Nearest;
import org.emfuse.llm.decode.Conversation;
import org.emfuse.record.RunRecord;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/**
 * A chat as it is written.
 *
 * @param messages what was said, in order
 * @param settings rule, weights, who speaks, and how answers are drawn
 * @param drove tokens that each expert drove
 * @param run where it came from: seed, configuration, hashes
 */
record ChatRecord(List<ChatMessage> messages, Map<String, Object> settings, Map<String, Long> drove, RunRecord run) {

    private static final List<String> ROLES = List.of(Conversation.SYSTEM, Conversation.USER, Conversation.ASSISTANT);

    /**
     * What a written chat goes on from.
     *
     * @param settings as texts
     * @param stop strings that end an answer
     * @param inputs hashes of the files that it was written with, by name
     */
    record Read(List<ChatMessage> messages, Map<String, String> settings, List<String> stop,
            Map<String, String> inputs) {

        /** Names that meant another file then. */
        List<String> differentInputs(Map<String, String> now) {
            return inputs.entrySet().stream()
                    .filter(entry -> now.containsKey(entry.getKey())
                            && !entry.getValue().equals(now.get(entry.getKey())))
                    .map(Map.Entry::getKey).toList();
        }
    }

    /**
     * Reads a chat.
     *
     * @throws IllegalArgumentException if the file is missing or no chat; the message says what is wrong
     */
    static Read read(Path file) {
        try {
            JsonNode node = Json.LINES.readTree(Files.readString(file));
            requireKeys(file, node, "the chat", List.of("messages", "settings", "drove", "run"));
            List<ChatMessage> messages = new ArrayList<>();
            for (JsonNode message : list(file, node)) {
                messages.add(message(file, message, messages.size()));
            }
            List<String> stop = new ArrayList<>();
            node.path("settings").path("stop").forEach(text -> stop.add(text.asString("")));
            return new Read(messages, texts(node.path("settings")), stop, texts(node.path("run").path("inputs")));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("the chat " + file + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the chat " + file + " is not UTF-8 text", e);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation(); // null where a limit of the parser is exceeded
            throw new IllegalArgumentException("the chat " + file + " is not JSON: " + (at == null
                    ? e.getOriginalMessage()
                    : "line " + at.getLineNr() + ", column " + at.getColumnNr()), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the chat " + file + " could not be read: " + e.getMessage(), e);
        }
    }

    private static JsonNode list(Path file, JsonNode node) {
        JsonNode messages = node.path("messages");
        if (!messages.isArray()) {
            throw new IllegalArgumentException(file + ": expected 'messages' as a list, found "
                    + (messages.isMissingNode() ? "none" : messages.getNodeType()));
        }
        return messages;
    }

    private static ChatMessage message(Path file, JsonNode node, int index) {
        String where = "messages[" + index + "]";
        requireKeys(file, node, where, List.of("role", "content"));
        String role = node.path("role").asString("");
        if (!ROLES.contains(role) || (role.equals(Conversation.SYSTEM) && index > 0)) {
            throw new IllegalArgumentException(file + ", " + where + ": expected the role user or assistant"
                    + (index == 0 ? " or system" : "") + ", found '" + role + "'");
        }
        if (!node.path("content").isString()) {
            throw new IllegalArgumentException(file + ", " + where + ": expected 'content' as a text");
        }
        return new ChatMessage(role, node.path("content").asString());
    }

    private static void requireKeys(Path file, JsonNode node, String where, List<String> known) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(file + ": expected " + where + " as an object, found "
                    + node.getNodeType());
        }
        for (String key : node.propertyNames()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException(file + ": unknown key '" + key + "' in " + where
                        + Nearest.hint(key, known) + " Known: " + String.join(", ", known) + ".");
            }
        }
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new LinkedHashMap<>();
        node.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString("")));
        return texts;
    }
}
