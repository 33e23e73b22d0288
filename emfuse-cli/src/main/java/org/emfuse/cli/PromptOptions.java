package org.emfuse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import org.emfuse.llm.Prompt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a text is generated from. */
final class PromptOptions {

    @Parameters(paramLabel = "PROMPT", arity = "0..1", description = "The user's message; - or none is standard input.")
    @Nullable
    private String text;

    @Option(names = "--raw", description = "Go on from the text as it stands, without chat template.")
    private boolean raw;

    /** The text, read from standard input if need be. */
    String text() {
        if (text == null || text.equals("-")) {
            text = standardInput().strip();
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("expected a prompt, found an empty text");
        }
        return text;
    }

    /**
     * All of standard input.
     *
     * @throws IllegalArgumentException if it is not UTF-8
     */
    static String standardInput() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(System.in.readAllBytes())).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("standard input is not UTF-8 text", e);
        } catch (IOException e) {
            throw new UncheckedIOException("standard input could not be read", e);
        }
    }

    /** The prompt: a user's message, or the text as it stands. */
    Prompt prompt() {
        return raw ? new Prompt.Raw(text()) : Prompt.user(text());
    }

    boolean raw() {
        return raw;
    }
}
