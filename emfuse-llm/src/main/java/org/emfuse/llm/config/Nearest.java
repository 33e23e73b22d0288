package org.emfuse.llm.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

import org.apache.commons.text.similarity.LevenshteinDistance;

/** The valid name that an unknown one was probably meant to be. */
public final class Nearest {

    private Nearest() {}

    /** {@code "; did you mean 'x'?"} where a name is near, else {@code "."}. */
    public static String hint(String unknown, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt(name -> distance(unknown, name)))
                .filter(name -> distance(unknown, name) <= Math.max(2, unknown.length() / 3))
                .map(name -> "; did you mean '" + name + "'?").orElse(".");
    }

    private static int distance(String a, String b) {
        return LevenshteinDistance.getDefaultInstance().apply(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
    }
}
