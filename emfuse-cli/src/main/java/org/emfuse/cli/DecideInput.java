package org.emfuse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Where the decisions to take come from: flags, a file, or standard input. */
final class DecideInput {

    @Spec(Spec.Target.MIXEE)
    @Nullable
    private CommandSpec spec;

    @Option(names = "--input", paramLabel = "FILE", description = "JSON Lines with question, choices, and perhaps id and answer; - is standard input.")
    @Nullable
    private String input;

    @Option(names = "--question", paramLabel = "TEXT", description = "A single question, in place of --input.")
    @Nullable
    private String question;

    @Option(names = "--choice", paramLabel = "TEXT", description = "An option of the single question; repeat it.")
    private List<String> choices = new ArrayList<>();

    @Option(names = "--limit", paramLabel = "N", description = "Read at most N rows.")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--skip-invalid", description = "Count lines that hold no decision instead of stopping at the first.")
    private boolean skipInvalid;

    /** Rows at most. */
    int limit() {
        if (limit < 1) {
            throw new IllegalArgumentException("expected --limit of at least 1, found " + limit);
        }
        return limit;
    }

    boolean skipInvalid() {
        return skipInvalid;
    }

    /** Whether there is just one question, from flags. */
    boolean single() {
        return question != null && (given("--question") || !given("--input"));
    }

    /** What messages call the input. */
    String name() {
        return single() ? "--question" : "-".equals(input) ? "standard input" : String.valueOf(input);
    }

    /**
     * The input as a file that can be read twice.
     *
     * @param folder where a copy of standard input or flags is put; the caller removes it
     */
    Path file(Path folder) {
        try {
            if (single()) {
                if (input != null && given("--input")) {
                    throw new IllegalArgumentException("expected --input or --question, found both");
                }
                if (choices.isEmpty()) {
                    throw new IllegalArgumentException("--question needs its options: give --choice for each");
                }
                return Files.writeString(folder.resolve("question.jsonl"), line(Objects.requireNonNull(question)));
            }
            if (!choices.isEmpty() && given("--choice")) {
                throw new IllegalArgumentException("--choice needs --question");
            }
            if (input == null) {
                throw new IllegalArgumentException("nothing to decide: give --input FILE (- is standard input), or"
                        + " --question with --choice");
            }
            if (input.equals("-")) {
                return copy(System.in, folder);
            }
            Path file = Path.of(input);
            if (Files.isDirectory(file)) {
                throw new IllegalArgumentException("the input " + file + " is a folder; expected a file");
            }
            if (!Files.exists(file)) {
                throw new IllegalArgumentException("the input " + file + " does not exist");
            }
            // A pipe, <(command) of a shell for example, can be read only once.
            return Files.isRegularFile(file) ? file : copy(Files.newInputStream(file), folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the input could not be copied to " + folder, e);
        }
    }

    /** Whether an option is on the command line; what is there goes before a configuration file. */
    private boolean given(String option) {
        return OutputOptions.given(Objects.requireNonNull(spec), option);
    }

    private static Path copy(InputStream from, Path folder) throws IOException {
        Path copy = folder.resolve("input.jsonl");
        try (from) {
            Files.copy(from, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }

    private String line(String text) {
        ObjectNode node = Json.LINES.createObjectNode();
        node.put("id", "1").put("question", text);
        ArrayNode options = node.putArray("choices");
        choices.forEach(options::add);
        return Json.LINES.writeValueAsString(node) + "\n";
    }
}
