package org.emfuse.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import picocli.CommandLine;

/** The program's entry. */
public final class Main {

    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        reopenStandardError();
        System.exit(commandLine().execute(args));
    }

    /** The command line, as the tests use it too. */
    static CommandLine commandLine() {
        return new CommandLine(new EmfuseCommand()).setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new Failures()).setParameterExceptionHandler(new Failures())
                .setUsageHelpAutoWidth(true).setUsageHelpLongOptionsMaxWidth(30);
    }

    /**
     * The launcher keeps the real standard error at another descriptor, because the Java platform itself writes a warning
     * about the vector module to the usual one.
     */
    private static void reopenStandardError() {
        String descriptor = System.getProperty("emfuse.stderr", "");
        if (!descriptor.isEmpty()) {
            try {
                System.setErr(new PrintStream(new FileOutputStream(descriptor, true), true, StandardCharsets.UTF_8));
            } catch (IOException e) {
                System.err.println("emfuse: " + descriptor + " could not be opened; messages go to standard error");
            }
        }
    }
}
