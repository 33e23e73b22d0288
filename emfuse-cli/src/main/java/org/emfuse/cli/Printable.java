package org.emfuse.cli;

/** Texts of files that nobody vouches for, made fit for a terminal. */
final class Printable {

    private Printable() {}

    /** The text with control characters, which could steer the terminal, in place of which stands a question mark. */
    static String of(String text) {
        return text.replaceAll("[\\p{Cc}&&[^\n\t]]", "?");
    }
}
