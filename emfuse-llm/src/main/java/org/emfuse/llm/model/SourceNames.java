package org.emfuse.llm.model;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Sources from their names. */
public final class SourceNames {

    /** What a source can look like, for messages. */
    public static final String FORMS = HubSource.FORM + ", " + PipSource.FORM + ", https://…";

    private SourceNames() {}

    /**
     * The source of a name.
     *
     * @return empty if the name is none of a source, but perhaps a path or a name of the catalog
     * @throws IllegalArgumentException if it begins like that of a source and does not go on like one
     */
    public static Optional<ModelSource> parse(String name) {
        return parse(name, System.getenv());
    }

    static Optional<ModelSource> parse(String name, Map<String, String> environment) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith(HubSource.PREFIX)) {
            return Optional.of(HubSource.parse(name, environment));
        }
        if (lower.startsWith(PipSource.PREFIX)) {
            return Optional.of(PipSource.parse(name));
        }
        return lower.startsWith("https://") || lower.startsWith("http://")
                ? Optional.of(UrlSource.parse(name))
                : Optional.empty();
    }

    /** Whether a text is a relative path that stays below where it starts. */
    static boolean isFilePath(String text) {
        if (text.startsWith("/") || text.endsWith("/") || text.indexOf('\\') >= 0 || text.indexOf('\0') >= 0) {
            return false;
        }
        for (String segment : text.split("/", -1)) {
            if (segment.isBlank() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
