package org.emfuse.wording;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Objects;

/** What an exception of the file system means: its own message is often just a path. */
public final class FileFailure {

    private FileFailure() {}

    /** What failed, and the reason in words. */
    public static String message(UncheckedIOException e) {
        return e.getMessage() + ": " + reason(Objects.requireNonNull(e.getCause()));
    }

    /** The reason in words, without a full stop; never empty. */
    public static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case FileAlreadyExistsException there -> there.getFile() + " exists already, as something else";
            case NotDirectoryException file -> file.getFile() + " is not a folder";
            case DirectoryNotEmptyException folder -> folder.getFile() + " is a folder that is not empty";
            case FileSystemException system when system.getReason() != null ->
                system.getReason().toLowerCase(Locale.ROOT) + ": " + system.getFile();
            case CharacterCodingException bytes -> "it is not UTF-8 text";
            default -> named(e);
        };
    }

    private static String named(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName().replaceFirst("Exception$", "")
                : message;
    }
}
