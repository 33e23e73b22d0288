package org.emfuse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The files that a command line names.
 *
 * @param inputs what is read
 * @param outputs what is written
 */
record CommandFiles(List<Named> inputs, List<Named> outputs) {

    /**
     * A file.
     *
     * @param option that names it, or what stands for it in the usage
     */
    record Named(String option, Path file) {

        @Override
        public String toString() {
            return option + " " + file;
        }
    }

    private static final Set<String> OUTPUTS = Set.of("--json", "--output", "--html", "--session", "--pictures");

    /** Of a command line that has been read. */
    static CommandFiles of(CommandSpec command) {
        List<Named> inputs = new ArrayList<>();
        List<Named> outputs = new ArrayList<>();
        for (ArgSpec argument : command.args()) {
            String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
            boolean output = OUTPUTS.contains(name);
            if (output || argument.paramLabel().matches(".*(FILE|FOLDER|MODEL|POLICY).*")) {
                values(argument).forEach(value -> add(name, value, output ? outputs : inputs));
            }
        }
        return new CommandFiles(inputs, outputs);
    }

    /** These and files that are written beside the results. */
    CommandFiles writing(List<Named> beside) {
        return new CommandFiles(inputs, Stream.concat(outputs.stream(), beside.stream()).toList());
    }

    /** These and files that files among them name. */
    CommandFiles reading(Map<String, Path> named) {
        List<Named> all = new ArrayList<>(inputs);
        named.forEach((name, file) -> all.add(new Named(name, file)));
        return new CommandFiles(all, outputs);
    }

    private static Stream<String> values(ArgSpec argument) {
        Object value = argument.getValue();
        return value instanceof Collection<?> several
                ? several.stream().map(String::valueOf)
                : Stream.ofNullable(value).map(String::valueOf);
    }

    private static void add(String name, String value, List<Named> files) {
        try {
            if (!value.isEmpty() && !value.equals("-")) {
                files.add(new Named(name, Path.of(value)));
            }
        } catch (InvalidPathException e) {
            // What is no path names no file.
        }
    }

    /**
     * Refuses results in the place of what is read, and two results in one place. Pipes and devices have room for many.
     *
     * @throws IllegalArgumentException that names both
     */
    void requireApart() {
        for (int k = 0; k < outputs.size(); k++) {
            requireApart(outputs.get(k), Stream.concat(inputs.stream(), outputs.subList(0, k).stream()));
        }
    }

    /**
     * Refuses one more result in the place of what is read.
     *
     * @throws IllegalArgumentException that names both
     */
    void requireApart(Named output) {
        requireApart(output, inputs.stream());
    }

    private static void requireApart(Named output, Stream<Named> others) {
        others.filter(other -> same(output.file, other.file)).findFirst()
                .ifPresent(other -> refuse(output, other.toString()));
    }

    private static void refuse(Named output, String other) {
        throw new IllegalArgumentException(output + " would take the place of " + other + "; name another file");
    }

    private static boolean same(Path one, Path other) {
        try {
            if (Files.exists(one) && Files.exists(other)) {
                return !OutputPlace.special(one) && Files.isSameFile(one, other);
            }
            return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
        } catch (IOException e) {
            throw new UncheckedIOException("the files " + one + " and " + other + " could not be compared", e);
        }
    }
}
