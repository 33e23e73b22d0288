package org.emfuse.llm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Clients that answer, fail and hang. */
@DisabledOnOs(OS.WINDOWS)
class NpmClientTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private String program(String script) throws IOException {
        Path file = Files.writeString(folder.resolve("npm"), "#!/bin/sh\ncd " + folder + "\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------")).toString();
    }

    @Test
    void theAnswerIsTheVersion() throws IOException {
        assertThat(NpmClient.version(program("echo 11.2.3"), 30)).isEqualTo("11.2.3");
    }

    @Test
    void failuresAreSaid() throws IOException {
        String failing = program("echo no node here >&2; exit 3");
        assertThatThrownBy(() -> NpmClient.version(failing, 30)).isInstanceOf(IOException.class)
                .hasMessageContaining("no node here");
        assertThatThrownBy(() -> NpmClient.version(folder.resolve("none").toString(), 30))
                .isInstanceOf(NpmClient.MissingException.class);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void oneThatNeverEndsIsEndedWithItsChildren() throws Exception {
        String hanging = program("sleep 100000 & echo $! > child\necho 11; wait");
        assertThatThrownBy(() -> NpmClient.version(hanging, 2)).isInstanceOf(IOException.class)
                .hasMessageContaining("does not answer within 2 seconds");
        child().ifPresent(handle -> assertThat(handle.onExit()).succeedsWithin(30, TimeUnit.SECONDS));
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anAnswerIsNotWaitedForWhereAChildKeepsTheOutputOpen() throws Exception {
        try {
            assertThat(NpmClient.version(program("sleep 100000 & echo $! > child\necho 11"), 30)).isEqualTo("11");
        } finally {
            child().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private Optional<ProcessHandle> child() throws IOException {
        return ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve("child")).strip()));
    }
}
