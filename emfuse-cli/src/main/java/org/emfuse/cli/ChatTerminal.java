package org.emfuse.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jline.keymap.KeyMap;
import org.jline.reader.Buffer;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** A chat on a terminal: lines are edited and remembered, answers stream, Ctrl-C stops an answer. */
final class ChatTerminal {

    private static final String PROMPT = "> ";
    private static final String CONTINUED = "  ";
    private static final String ACCEPT_OR_GO_ON = "accept-or-go-on";

    private final Terminal terminal;
    private final Chat chat;
    private final PrintWriter out;
    private final LineReader reader;
    private final AtomicBoolean stop = new AtomicBoolean();

    /**
     * A chat on a terminal, which the caller closes.
     *
     * @param history the file of lines that were typed, null for none
     */
    ChatTerminal(Terminal terminal, Chat chat, @Nullable Path history) {
        this.terminal = terminal;
        this.chat = chat;
        this.out = terminal.writer();
        if (terminal.getWidth() <= 0) {
            terminal.setSize(new Size(80, 24)); // a terminal of unknown size would show nothing
        }
        DefaultParser parser = new DefaultParser();
        // A message is plain text: neither quotes nor backslashes nor ! mean anything in it.
        parser.setQuoteChars(new char[0]);
        parser.setEscapeChars(new char[0]);
        LineReaderBuilder builder = LineReaderBuilder.builder().terminal(terminal).appName("emfuse").parser(parser)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUED)
                .completer((lineReader, line, candidates) -> {
                    if (line.line().startsWith("/") && line.wordIndex() == 0) {
                        for (SlashCommand command : SlashCommand.values()) {
                            candidates.add(new Candidate(command.word()));
                        }
                    } else if (SlashCommand.is(line.line()) && line.wordIndex() == 1) {
                        candidates(line.words().getFirst()).forEach(word -> candidates.add(new Candidate(word)));
                    }
                });
        if (history != null) {
            builder.variable(LineReader.HISTORY_FILE, history);
        }
        this.reader = builder.build();
        reader.getWidgets().put(ACCEPT_OR_GO_ON, this::acceptOrGoOn);
        for (String name : new String[]{LineReader.EMACS, LineReader.VIINS}) {
            Objects.requireNonNull(reader.getKeyMaps().get(name)).bind(new Reference(ACCEPT_OR_GO_ON), KeyMap.ctrl('M'),
                    KeyMap.ctrl('J'));
        }
    }

    private List<String> candidates(String word) {
        try {
            return SlashCommand.of(word).candidates(chat);
        } catch (IllegalArgumentException e) {
            return List.of(); // not a command yet
        }
    }

    /** Enter: a backslash at the end becomes a line break. */
    private boolean acceptOrGoOn() {
        Buffer buffer = reader.getBuffer();
        int length = buffer.length();
        if (length > 0 && buffer.cursor() == length && buffer.atChar(length - 1) == '\\') {
            buffer.backspace();
            buffer.write("\n");
            return true;
        }
        reader.callWidget(LineReader.ACCEPT_LINE);
        return true;
    }

    /** The terminal that the program was started on, null where input or output is none. */
    @SuppressWarnings("SystemConsoleNull") // which it is depends on the platform's settings
    static @Nullable Terminal ofProcess() {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return null;
        }
        try {
            return TerminalBuilder.builder().name("emfuse").system(true).dumb(true).build();
        } catch (IOException e) {
            throw new UncheckedIOException("the terminal could not be opened", e);
        }
    }

    /** Whether answers may have colours on a terminal of a type. */
    static boolean colours(String type, Map<String, String> environment) {
        return !type.startsWith(Terminal.TYPE_DUMB)
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** The file for typed lines, readable by its owner alone; null where there can be none. */
    static @Nullable Path history(Path folder) {
        Path file = folder.resolve("history");
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
            if (!Files.isRegularFile(file)) {
                return null;
            }
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return Files.isWritable(file) && Files.isWritable(folder) ? file : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Lines until the end of input or {@code /quit}. */
    void run() {
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> stop.set(true));
        try {
            while (!chat.ended()) {
                String line = read();
                if (line == null) {
                    return;
                }
                if (!line.isBlank()) {
                    react(line);
                }
            }
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            out.flush();
        }
    }

    /** The next line; blank where Ctrl-C cleared it, null at the end. */
    private @Nullable String read() {
        try {
            return reader.readLine(PROMPT);
        } catch (UserInterruptException e) {
            return "";
        } catch (EndOfFileException e) {
            return null;
        }
    }

    private void react(String line) {
        stop.set(false);
        // A Ctrl-C at the very end of a line wakes a reader that has gone already.
        Thread.interrupted();
        try {
            if (SlashCommand.is(line)) {
                out.print(SlashCommand.run(chat, line));
            } else {
                String remark = chat.say(line.startsWith("//") ? line.substring(1) : line, this::show, stop::get);
                out.println();
                if (!remark.isEmpty()) {
                    out.println("(" + remark + ")");
                }
            }
        } catch (RuntimeException e) {
            if (!Failures.expected(e)) {
                throw e;
            }
            out.println(Failures.message(e));
        }
        out.flush();
    }

    private void show(String text) {
        out.print(text);
        out.flush();
    }
}
