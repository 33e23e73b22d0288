package org.emfuse.wording;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reasons of the file system are words, not bare paths. */
class FileFailureTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static String reason(ThrowingCallable work) {
        return FileFailure.reason(Assertions.catchThrowableOfType(IOException.class, work));
    }

    @Test
    void whatTheSystemRefusesIsSaidInWords() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path absent = folder.resolve("absent/file");
        assertThat(reason(() -> Files.writeString(absent, "x"))).isEqualTo(absent + " does not exist");
        assertThat(reason(() -> Files.createDirectory(file))).isEqualTo(file + " exists already, as something else");
        assertThat(reason(() -> {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(file)) {
                assertThat(files).isEmpty();
            }
        })).isEqualTo(file + " is not a folder");
        assertThat(reason(() -> Files.delete(folder))).isEqualTo(folder + " is a folder that is not empty");
        assertThat(reason(() -> Files.writeString(file.resolve("below"), "x"))).startsWith("not a directory: ")
                .endsWith("file/below");
        byte[] bytes = {'a', (byte) 0xFF};
        assertThat(reason(() -> Files.readString(Files.write(file, bytes), StandardCharsets.UTF_8)))
                .isEqualTo("it is not UTF-8 text");
    }

    /** Failures that cannot be had in every place where tests run. */
    @Test
    void permissionsFullDisksAndExceptionsWithoutMessages() {
        assertThat(FileFailure.reason(new AccessDeniedException("/x"))).isEqualTo("permission denied: /x");
        assertThat(FileFailure.reason(new FileSystemException("/x", null, "Read-only file system")))
                .isEqualTo("read-only file system: /x");
        assertThat(FileFailure.reason(new IOException("No space left on device"))).isEqualTo("No space left on device");
        assertThat(FileFailure.reason(new EOFException())).isEqualTo("EOF");
    }
}
