package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A place that a model or an adapter can be fetched from. Whatever the place, a known hash decides what is accepted. */
public interface ModelSource {

    /** The source as it is written in experts files and catalogs, for example {@code hf:OWNER/REPO/FILE}. */
    String name();

    /** The source in words, for messages. */
    String description();

    /** What to do where nothing can be had from there; a sentence without its full stop. */
    String advice();

    /** Where the file lies in the cache's folder of models if it is fetched by this name; relative. */
    Path cachePath();

    /** The same place's file of another name in the same folder; empty if the place has no folders. */
    default Optional<ModelSource> sibling(String file) {
        return Optional.empty();
    }

    /**
     * Fetches the file.
     *
     * @param folder to work in; a part that is left there is used by the next try, everything else is removed again
     * @param listener hears how far it is
     * @return the file, inside the folder; the caller moves it away
     * @throws IOException if it cannot be had; the message says what was tried and what to do
     * @throws InterruptedException if the thread was interrupted
     */
    Path fetch(Path folder, FetchListener listener) throws IOException, InterruptedException;
}
