package org.emfuse.rl.env;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

import org.apache.commons.text.similarity.LevenshteinDistance;

/** Names that somebody typed: known ones pass, for an unknown one the error tells the nearest. */
public final class Names {

    private Names() {}

    /**
     * The name, if it is a known one.
     *
     * @param kind what is named, for the message: {@code "environment"}
     * @param name as typed
     * @param known at least one
     * @throws IllegalArgumentException that lists the known names and the nearest
     */
    public static String known(String kind, String name, Collection<String> known) {
        if (known.contains(name)) {
            return name;
        }
        throw new IllegalArgumentException("unknown " + kind + " '" + name + "'; did you mean '" + nearest(name, known)
                + "'? Known: " + String.join(", ", known));
    }

    private static String nearest(String name, Collection<String> known) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        String typed = name.toLowerCase(Locale.ROOT);
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance.apply(typed, candidate.toLowerCase(Locale.ROOT))))
                .orElseThrow();
    }
}
