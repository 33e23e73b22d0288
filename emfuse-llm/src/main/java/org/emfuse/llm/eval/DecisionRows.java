package org.emfuse.llm.eval;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import org.apache.commons.text.similarity.LevenshteinDistance;
import org.emfuse.record.Sha256;
import org.emfuse.wording.FileFailure;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads decision rows from JSON Lines: objects with {@code question} and {@code choices}, and optionally {@code id}
 * (a text or a number; the line number if missing), {@code answer} (an index, or the text of a choice), {@code domain} and
 * {@code task}. Other fields are ignored, blank lines too.
 */
public final class DecisionRows {

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private DecisionRows() {}

    /** A line that holds no decision. */
    public static final class InvalidRowException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        InvalidRowException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Reads one line.
     *
     * @param file its name in messages
     * @param line its number, from 1
     * @throws InvalidRowException if it is no decision; the message names file and line
     */
    public static DecisionRow parse(String file, long line, String text) {
        String where = file + ", line " + line + ": ";
        try {
            JsonNode node = JSON.readTree(text);
            if (!node.isObject()) {
                throw new InvalidRowException(where + "expected a JSON object, found " + shortened(text), null);
            }
            return row(node, line);
        } catch (MismatchedInputException e) {
            throw new InvalidRowException(where + "expected one JSON object, found more after it", e);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation(); // null where a limit of the parser is exceeded
            throw new InvalidRowException(where + "broken JSON" + (at == null ? "" : " at column " + at.getColumnNr())
                    + ": " + withoutSource(e.getOriginalMessage()), e);
        } catch (InvalidRowException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidRowException(where + e.getMessage(), e);
        }
    }

    /** The parser's message without its own account of the place, which is the one line. */
    private static String withoutSource(String message) {
        return message.replaceAll("\\s*\\((start marker )?at \\[Source: .*?]\\)", "");
    }

    private static DecisionRow row(JsonNode node, long line) {
        JsonNode choices = node.path("choices");
        if (!choices.isArray()) {
            throw new IllegalArgumentException("expected 'choices' as a list of texts, found "
                    + (choices.isMissingNode() ? "none" + meant(node, "choices") : shortened(choices.toString())));
        }
        List<String> options = new ArrayList<>();
        for (JsonNode choice : choices) {
            options.add(text(choice, "a choice"));
        }
        JsonNode id = node.path("id");
        if (id.isContainer()) {
            throw new IllegalArgumentException("expected 'id' as a text or a number, found "
                    + shortened(id.toString()));
        }
        return new DecisionRow(id.isMissingNode() || id.isNull() ? Long.toString(line) : id.asString(),
                text(node.path("question"), "'question'"), options, answer(node.path("answer"), options),
                textOrNull(node.path("domain")), textOrNull(node.path("task")));
    }

    /** Another field of the row that was probably meant; empty where there is none. */
    private static String meant(JsonNode node, String key) {
        return node.propertyNames().stream()
                .filter(name -> LevenshteinDistance.getDefaultInstance().apply(name, key) <= 2).findFirst()
                .map(name -> ", but a field '" + name + "'; did you mean '" + key + "'?").orElse("");
    }

    private static @Nullable Integer answer(JsonNode answer, List<String> options) {
        if (answer.isMissingNode() || answer.isNull()) {
            return null;
        }
        if (answer.isIntegralNumber() && answer.canConvertToInt()) {
            return answer.asInt();
        }
        int index = answer.isString() ? options.indexOf(answer.asString()) : -1;
        if (index < 0) {
            throw new IllegalArgumentException("expected 'answer' as an index or one of the choices, found "
                    + shortened(answer.toString()));
        }
        return index;
    }

    private static String text(JsonNode node, String what) {
        if (!node.isString()) {
            throw new IllegalArgumentException("expected " + what + " as a text, found "
                    + (node.isMissingNode() ? "none" : shortened(node.toString())));
        }
        return node.asString();
    }

    private static @Nullable String textOrNull(JsonNode node) {
        return node.isString() ? node.asString() : null;
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    /**
     * What a file holds.
     *
     * @param rows decisions, as far as they are to be read
     * @param skipped lines that hold none
     * @param sha256 hash over the lines that were read
     */
    public record Summary(int rows, int skipped, String sha256) {}

    /**
     * Reads a file row by row, so that its size does not matter.
     *
     * @param limit rows to read at most
     * @param skipInvalid count lines that hold no decision instead of refusing them
     * @param consumer receives the rows in order
     * @throws InvalidRowException for the first such line, unless they are skipped; also where an id occurs twice
     * @throws IllegalArgumentException if the file is missing or not UTF-8
     */
    public static Summary read(Path file, String name, int limit, boolean skipInvalid, Consumer<DecisionRow> consumer) {
        var digest = Sha256.digest();
        Set<String> ids = new HashSet<>();
        int rows = 0;
        int skipped = 0;
        long number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null && rows < limit; line = lines.readLine()) {
                number++;
                String text = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
                if (text.isBlank()) {
                    continue;
                }
                digest.update(text.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) '\n');
                try {
                    DecisionRow row = parse(name, number, text);
                    if (!ids.add(row.id())) {
                        throw new InvalidRowException(name + ", line " + number + ": the id '" + row.id()
                                + "' was used before", null);
                    }
                    rows++;
                    consumer.accept(row);
                } catch (InvalidRowException e) {
                    if (!skipInvalid) {
                        throw e;
                    }
                    skipped++;
                }
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(name + ", near line " + (number + 1) + ": expected UTF-8 text", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the input " + name + " could not be read: " + reason(e, file), e);
        }
        return new Summary(rows, skipped, Sha256.hex(digest));
    }

    private static String reason(IOException e, Path file) {
        return Files.exists(file) ? FileFailure.reason(e) : "it does not exist";
    }
}
