package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jline.terminal.Terminal;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import picocli.CommandLine;

/** A person before a terminal: types into {@code chat} and reads what comes. */
final class ChatScreen implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 20_000;

    private final PipedOutputStream keyboard = new PipedOutputStream();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();
    private final Terminal terminal;
    private final CompletableFuture<Integer> code;
    private int read;

    /** Starts the command on a terminal of a type, {@code xterm} or {@code dumb}. */
    ChatScreen(String type, Path history, String... arguments) {
        try {
            terminal = new ExternalTerminal("test", type, new PipedInputStream(keyboard, 1 << 18), shown,
                    StandardCharsets.UTF_8);
            terminal.setSize(new Size(120, 40));
        } catch (IOException e) {
            throw new UncheckedIOException("streams in memory failed", e);
        }
        CommandLine command = Main.commandLine().setErr(new PrintWriter(err, true));
        ChatCommand chat = Objects.requireNonNull(command.getSubcommands().get("chat")).getCommand();
        chat.on(terminal, history);
        List<String> all = new ArrayList<>(List.of("chat", "--engine", "embedded", "--threads", "1"));
        all.addAll(List.of(arguments));
        code = CompletableFuture.supplyAsync(() -> command.execute(all.toArray(String[]::new)));
        if (!err.toString().isEmpty()) {
            throw new AssertionError(err);
        }
    }

    Terminal terminal() {
        return terminal;
    }

    /** Types keys. */
    ChatScreen type(String keys) {
        return type(keys.getBytes(StandardCharsets.UTF_8));
    }

    /** Types bytes, which need not be characters. */
    ChatScreen type(byte[] keys) {
        try {
            keyboard.write(keys);
            keyboard.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("streams in memory failed", e);
        }
        return this;
    }

    /** Waits for a text after what was waited for before. */
    ChatScreen await(String text) {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (true) {
            String all = all();
            int at = all.indexOf(text, read);
            if (at >= 0) {
                read = at + text.length();
                return this;
            }
            if (System.currentTimeMillis() > end || code.isDone()) {
                throw new AssertionError("'" + text + "' did not come; shown: " + all.substring(read) + err);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Says something and waits until it was answered. */
    ChatScreen say(String message) {
        type(message + "\r").await("\n"); // the line ends where it is accepted
        return await("> ");
    }

    /** All that was shown, without what moves the cursor. */
    String all() {
        return raw().replaceAll("\u001B\\[[0-9;?]*[a-zA-Z]|\u001B[=>]", "");
    }

    /** All that was shown, as it was sent to the terminal. */
    String raw() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    /** Standard error. */
    String err() {
        return err.toString();
    }

    /** Waits for the end of the program; its exit code. */
    int end() {
        try {
            return code.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("the program did not end; shown: " + all() + err, e);
        }
    }

    @Override
    public void close() throws IOException {
        keyboard.close();
        if (!code.isDone()) {
            terminal.raise(Terminal.Signal.INT); // lets an answer end that a failed test left running
        }
        assertThat(end()).isNotNegative();
        terminal.close();
    }
}
