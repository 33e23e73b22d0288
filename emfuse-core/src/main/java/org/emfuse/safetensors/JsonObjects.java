package org.emfuse.safetensors;

import java.util.Map;

/** Parses JSON; the module that reads files brings its own library. */
@FunctionalInterface
public interface JsonObjects {

    /**
     * Parses one object.
     *
     * @param text the whole text
     * @return keys in order; values are {@link Map}, {@link java.util.List}, {@link String}, {@link Number},
     *     {@link Boolean} or null
     * @throws IllegalArgumentException if the text is not one JSON value with each name once; with the message
     *     {@link #NO_OBJECT} if it is one, but no object
     */
    Map<String, Object> parse(String text);

    /** The message for a JSON value that is no object. */
    String NO_OBJECT = "not an object";
}
