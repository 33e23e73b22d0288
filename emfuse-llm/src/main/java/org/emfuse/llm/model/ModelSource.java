package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.file.Path;

/** A place that a model can be fetched from. Whatever the place, the hash decides what is accepted. */
public interface ModelSource {

    /** The source in words, for messages. */
    String description();

    /**
     * Fetches the model's file.
     *
     * @param folder an empty folder to work in; the caller removes it
     * @return the file, inside the folder
     * @throws IOException if it cannot be had; the message says what was tried and what to do
     * @throws InterruptedException if the thread was interrupted
     */
    Path fetch(Path folder) throws IOException, InterruptedException;
}
