package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tests that run commands of the dynamics branch in a folder of their own. */
abstract class RlCommandLine {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    /** A file in the folder. */
    String path(String name) {
        return folder.resolve(name).toString();
    }

    /** Runs {@code emfuse rl}. */
    static Terminal.Outcome run(String... arguments) {
        return Terminal.execute(Stream.concat(Stream.of("rl"), Arrays.stream(arguments)).toArray(String[]::new));
    }

    /** Runs {@code emfuse rl}, which must do it, and reads its result. */
    static JsonNode json(String... arguments) {
        Terminal.Outcome outcome = run(
                Stream.concat(Arrays.stream(arguments), Stream.of("--json", "-")).toArray(String[]::new));
        assertThat(outcome.err()).as(outcome.err()).doesNotContain("\tat ");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return Json.LINES.readTree(outcome.out());
    }
}
