package org.emfuse.cli;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.emfuse.wording.FileFailure;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into one message and an exit code: 2 for wrong input, 1 for what failed. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    /** Wrong use or wrong input. */
    static final int USAGE = 2;

    /** Something failed that was asked for rightly. */
    static final int FAILURE = 1;

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        if (e instanceof MissingParameterException && command.getDefaultValueProvider() instanceof ConfigFile config
                && config.problem().isPresent()) {
            // What is missing may stand in the file that could not be read.
            command.getErr().println("emfuse: " + Controls.pictured(config.problem().get()));
            return USAGE;
        }
        command.getErr().println("emfuse: " + Controls.pictured(message(e) + origin(e, args)));
        if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
            command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        return USAGE;
    }

    /** Where a wrong value comes from, if it is not on the command line. */
    private static String origin(ParameterException e, String[] args) {
        return e.getArgSpec() instanceof OptionSpec option && Files.isRegularFile(ConfigFile.place())
                && Arrays.stream(args).noneMatch(arg -> Arrays.stream(option.names()).anyMatch(arg::startsWith))
                        ? " (from " + ConfigFile.place() + ")"
                        : "";
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        OptionSpec option = command.getCommandSpec().findOption("--verbose");
        boolean verbose = option != null && Boolean.TRUE.equals(option.getValue());
        command.getErr().println("emfuse: " + Controls.pictured(message(e)));
        if (verbose) {
            e.printStackTrace(command.getErr());
        } else if (!expected(e)) {
            command.getErr().println("This is a fault of the program; --verbose shows where it happened.");
        }
        command.getErr().flush();
        boolean wrongInput = e instanceof IllegalArgumentException;
        return wrongInput ? USAGE : FAILURE;
    }

    /** One message of everything that is wrong with a file. */
    static String problems(Path file, List<String> problems) {
        return file + ": " + (problems.size() == 1
                ? problems.getFirst()
                : problems.size() + " problems:\n  " + String.join("\n  ", problems));
    }

    /** What to tell the user. */
    static String message(Exception e) {
        if (e instanceof UncheckedIOException io && io.getCause() != null) {
            return FileFailure.message(io);
        }
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    /** Exceptions that carry a message for the user. */
    static boolean expected(Exception e) {
        return !(e instanceof NullPointerException || e instanceof IndexOutOfBoundsException
                || e instanceof ClassCastException || e.getMessage() == null);
    }
}
