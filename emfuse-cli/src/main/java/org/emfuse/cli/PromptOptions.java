package org.emfuse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
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
            try {
                text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
            } catch (IOException e) {
                throw new UncheckedIOException("standard input could not be read", e);
            }
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("expected a prompt, found an empty text");
        }
        return text;
    }

    /** The prompt: a user's message, or the text as it stands. */
    Prompt prompt() {
        return raw ? new Prompt.Raw(text()) : Prompt.user(text());
    }

    boolean raw() {
        return raw;
    }
}
