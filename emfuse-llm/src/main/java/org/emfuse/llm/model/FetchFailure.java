package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** What an exception of the file system means: its own message is often just a path. */
final class FetchFailure {

    private FetchFailure() {}

    /** The reason in words. */
    static String of(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> denied.getFile() + " may not be written";
            case FileSystemException system when system.getReason() == null -> e.getClass().getSimpleName()
                    .replace("Exception", "") + ": " + system.getFile();
            default -> String.valueOf(e.getMessage());
        };
    }
}
