package org.emfuse.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command prints, and where. */
final class OutputOptions {

    @Spec(Spec.Target.MIXEE)
    @Nullable
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON; - is standard output.")
    @Nullable
    private String json;

    @Option(names = {"-q", "--quiet"}, description = "No progress and no notices.")
    private boolean quiet;

    @Option(names = "--verbose", description = "Show what is used (engine, threads, files), and where a failure happened.")
    private boolean verbose;

    private final List<CommandFiles.Named> beside = new ArrayList<>();

    /** Standard output; nothing but the result where the JSON goes there. */
    PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    /**
     * Lets go what was printed.
     *
     * @throws IllegalStateException if nobody gets it: what follows would be computed for nothing
     */
    void flush() {
        if (out().checkError()) {
            throw new IllegalStateException(Main.UNREAD);
        }
    }

    /** A text as standard output gets it: as it stands, but with controls as pictures where a terminal would obey them. */
    String shown(String text) {
        return Boolean.getBoolean("emfuse.terminal.output") ? Controls.pictured(text) : text;
    }

    /** Standard error. */
    PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }

    /** The command line, for records. */
    List<String> arguments() {
        return Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs();
    }

    /** Whether an option is on the command line, rather than at its default. */
    boolean given(String option) {
        return given(Objects.requireNonNull(spec), option);
    }

    /** The same of several: those that are. */
    List<String> given(List<String> options) {
        return given(spec, options);
    }

    /** Those of some options that are on the command line. */
    static List<String> given(@Nullable CommandSpec command, List<String> options) {
        return options.stream().filter(option -> given(Objects.requireNonNull(command), option)).toList();
    }

    static boolean given(CommandSpec command, String option) {
        return command.commandLine().getParseResult().hasMatchedOption(option);
    }

    /** The configuration file behind the options' defaults. */
    ConfigFile config() {
        return (ConfigFile) Objects.requireNonNull(spec).commandLine().getDefaultValueProvider();
    }

    /** Where the JSON goes, if anywhere. */
    @Nullable
    String json() {
        return json;
    }

    /** Whether the JSON takes standard output for itself. */
    boolean jsonOnly() {
        return "-".equals(json);
    }

    boolean quiet() {
        return quiet;
    }

    /** A line for people, on standard error. */
    void notice(String line) {
        if (!quiet) {
            err().println("emfuse: " + line);
            err().flush();
        }
    }

    /** A line for people who want to know more, on standard error. */
    void detail(String line) {
        if (verbose) {
            err().println("emfuse: " + line);
            err().flush();
        }
    }

    /** The files that the command line names, and those that are written beside them. */
    CommandFiles files() {
        return CommandFiles.of(Objects.requireNonNull(spec)).writing(beside);
    }

    /** Says of a file that it is written beside a result, before {@link #requirePlaces}. */
    void writesBeside(String what, Path file) {
        beside.add(new CommandFiles.Named(what, file));
    }

    /** Refuses results in the place of what is read, and a place for the JSON where it could not be written in the end. */
    void requirePlaces() {
        files().requireApart();
        if (json != null && !jsonOnly()) {
            OutputPlace.require(Path.of(json));
        }
        beside.forEach(each -> OutputPlace.require(each.file()));
    }

    /** Whether text for people may have colours. */
    static boolean colours() {
        return Ansi.AUTO.enabled();
    }

    /** Writes the result as JSON if it was asked for. */
    void writeJson(Object result) {
        if (json != null) {
            Json.write(result, json, out());
        }
    }
}
