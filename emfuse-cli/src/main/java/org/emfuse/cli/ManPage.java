package org.emfuse.cli;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of a command, in the language of {@code man}. */
final class ManPage {

    private final CommandSpec command;
    private final StringBuilder text = new StringBuilder();

    /** The page of a command. */
    ManPage(CommandSpec command) {
        this.command = command;
    }

    /** The page's name, for example {@code emfuse-decide}. */
    String name() {
        return command.qualifiedName("-");
    }

    /** The page. */
    String text() {
        text.setLength(0);
        CommandLine.Help help = new CommandLine.Help(command, CommandLine.Help.defaultColorScheme(Ansi.OFF));
        String[] description = command.usageMessage().description();
        line(".TH \"" + name().toUpperCase(Locale.ROOT) + "\" 1 \"\" \"emfuse\"");
        line(".SH NAME");
        plain(name() + " - " + first(description));
        line(".SH SYNOPSIS");
        plain(help.synopsis(0).strip());
        line(".SH DESCRIPTION");
        plain(String.join(" ", description).strip());
        if (!command.subcommands().isEmpty()) {
            line(".SH COMMANDS");
            command.subcommands().forEach((sub, below) -> entry(sub,
                    List.of(below.getCommandSpec().usageMessage().description())));
        }
        line(".SH OPTIONS");
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            entry(parameter.paramLabel(), List.of(described(parameter)));
        }
        for (OptionSpec option : command.options()) {
            String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
            entry(String.join(", ", new TreeSet<>(List.of(option.names()))) + label, List.of(described(option)));
        }
        if (command.usageMessage().footer().length > 0) {
            line(".SH EXAMPLES");
            line(".nf");
            for (String example : command.usageMessage().footer()) {
                if (!example.isBlank() && !example.endsWith(":")) {
                    plain(example);
                }
            }
            line(".fi");
        }
        return text.toString();
    }

    /** The description with the default filled in. */
    private static String[] described(ArgSpec argument) {
        String fallback = argument.defaultValue();
        String[] lines = argument.description().clone();
        for (int k = 0; k < lines.length; k++) {
            lines[k] = lines[k].replace("${DEFAULT-VALUE}", String.valueOf(fallback));
        }
        return lines;
    }

    private static String first(String[] description) {
        return description.length == 0 ? "" : description[0].replaceAll("[.:] .*|[.]$", "");
    }

    private void entry(String term, List<String> description) {
        line(".TP");
        line("\\fB" + escaped(term) + "\\fR");
        plain(String.join(" ", description).strip());
    }

    private void line(String markup) {
        text.append(markup).append('\n');
    }

    private void plain(String words) {
        // A dot or an apostrophe at the start of a line would be a command.
        words.lines().map(ManPage::escaped)
                .forEach(each -> line(each.startsWith(".") || each.startsWith("'") ? "\\&" + each : each));
    }

    private static String escaped(String words) {
        return words.replace("\\", "\\e").replace("-", "\\-");
    }
}
