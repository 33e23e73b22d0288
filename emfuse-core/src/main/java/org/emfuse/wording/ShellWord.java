package org.emfuse.wording;

import java.util.regex.Pattern;

/** A text as one word of a command that a person copies into a shell. */
public final class ShellWord {

    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_@%+=:,./-]+");

    private ShellWord() {}

    /** The text as it is where a shell takes it for one word, else in single quotes. */
    public static String of(Object text) {
        String word = text.toString();
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
