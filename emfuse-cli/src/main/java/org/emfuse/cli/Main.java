package org.emfuse.cli;

import java.io.PrintWriter;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

import picocli.CommandLine;

/** The program's entry. */
public final class Main {

    /** Where what was printed cannot have arrived. */
    static final String UNREAD = "standard output could not be written; is the disk full, or has its reader ended?";

    /** What the Java platform makes of bytes that are no text. */
    private static final char NO_CHARACTER = '\uFFFD';

    private Main() {}

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] args) {
        restoreStandardError();
        System.exit(run(args));
    }

    /** Runs a command line on the process's own streams; all that it printed has left when the exit code comes. */
    static int run(String... args) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        int code = execute(err, commandLine(args).setOut(out).setErr(err), args);
        if (out.checkError() && code == 0) {
            err.println("emfuse: " + UNREAD);
            code = Failures.FAILURE;
        }
        err.flush();
        return code;
    }

    private static int execute(PrintWriter err, CommandLine commandLine, String... args) {
        for (String arg : args) {
            if (arg.indexOf(NO_CHARACTER) >= 0) {
                err.println("emfuse: expected arguments in UTF-8, found '" + Controls.pictured(arg) + "'");
                return Failures.USAGE;
            }
        }
        try {
            return commandLine.execute(args);
        } catch (OutOfMemoryError e) {
            err.println(
                    "emfuse: Java's memory of " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB does not suffice ("
                            + e.getMessage() + "); give it more, for example with EMFUSE_JAVA_OPTS=-Xmx4g");
            return Failures.FAILURE;
        }
    }

    /** The command line for some arguments, as the tests use it too. */
    static CommandLine commandLine(String... args) {
        ConfigFile config = new ConfigFile();
        // A text that begins with @ is a text, not the name of a file.
        return EmfuseCommand.commandLine(args).setCaseInsensitiveEnumValuesAllowed(true).setExpandAtFiles(false)
                .setExecutionExceptionHandler(new Failures()).setParameterExceptionHandler(new Failures())
                .setUsageHelpAutoWidth(true).setUsageHelpLongOptionsMaxWidth(30).setDefaultValueProvider(config)
                .setExecutionStrategy(config::execute);
    }

    /**
     * The launcher keeps the real standard error at another descriptor, because the Java platform itself writes a warning
     * about the vector module to the usual one before the program begins. From here on the usual one is the real one.
     */
    @SuppressWarnings("restricted") // the launcher permits native access
    private static void restoreStandardError() {
        Integer real = Integer.getInteger("emfuse.stderr");
        if (real == null) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle dup2 = linker.downcallHandle(linker.defaultLookup().findOrThrow("dup2"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            if ((int) dup2.invokeExact((int) real, 2) < 0) {
                System.err.println("emfuse: descriptor " + real + " is not open; messages go where they can");
            }
        } catch (Throwable e) {
            throw new AssertionError("dup2 throws nothing", e);
        }
    }
}
