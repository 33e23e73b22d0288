package org.emfuse.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.emfuse.record.RunRecord;
import org.jspecify.annotations.Nullable;

/** A chat with its files: what its lines do, whether they come from a terminal or not. */
final class Chat {

    private final ChatSession session;
    private final Supplier<RunRecord> run;
    private final @Nullable Path kept;
    private final CommandFiles files;
    private boolean ended;

    /**
     * A chat.
     *
     * @param run what records of the chat say about where it came from
     * @param kept the file that the conversation is kept in from start to start, null for none
     * @param files what the chat reads, which {@code /save} leaves alone
     */
    Chat(ChatSession session, Supplier<RunRecord> run, @Nullable Path kept, CommandFiles files) {
        this.session = session;
        this.run = run;
        this.kept = kept;
        this.files = files;
    }

    ChatSession session() {
        return session;
    }

    /**
     * Goes on where the kept conversation was left.
     *
     * @param given whether the user has just given a setting, which then is not that of the conversation
     * @return what to tell the user, empty where there is nothing to go on from
     */
    String begin(Predicate<String> given) {
        return kept == null || !Files.exists(kept) ? "" : load(kept, given);
    }

    /**
     * Says something and passes the answer on as it comes.
     *
     * @return what the user has to know about how it ended, empty where there is nothing
     */
    String say(String message, Consumer<String> out, BooleanSupplier stop) {
        String remark = session.answer(message, out, stop);
        if (kept != null) {
            Json.writeText(kept, Json.pretty(record()));
        }
        return remark;
    }

    /** The chat as it is now. */
    ChatRecord record() {
        Map<String, Object> settings = new LinkedHashMap<>(session.voice().values());
        settings.putAll(session.settings().values());
        settings.put("stop", session.settings().stop());
        return new ChatRecord(session.conversation().messages(), settings, session.drove(), run.get());
    }

    /** Writes the chat; what to tell the user. */
    String save(String file) {
        Path place = Path.of(file);
        files.requireApart(new CommandFiles.Named(SlashCommand.SAVE.word(), place));
        Json.writeText(place, Json.pretty(record()));
        return "wrote " + file + "\n";
    }

    /** Goes on from a chat that was written; what to tell the user. */
    String load(String file) {
        return load(Path.of(file), setting -> false);
    }

    private String load(Path file, Predicate<String> given) {
        ChatRecord.Read read = ChatRecord.read(file);
        try {
            become(read, given);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the chat " + file + " cannot go on here: " + e.getMessage(), e);
        }
        List<String> others = read.differentInputs(run.get().inputs());
        return "going on after " + read.messages().size() + " messages of " + file + "\n" + (others.isEmpty()
                ? ""
                : "they were written with other files under these names: " + String.join(", ", others) + "\n");
    }

    private void become(ChatRecord.Read read, Predicate<String> given) {
        Map<String, String> values = new LinkedHashMap<>(read.settings());
        values.keySet().removeIf(given);
        ChatSettings settings = session.settings();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            if (settings.values().containsKey(entry.getKey())) {
                settings = settings.with(entry.getKey(), entry.getValue());
            }
        }
        if (!given.test("stop")) {
            settings = settings.withStop(read.stop());
        }
        session.voice().restore(values);
        session.settings(settings);
        session.reset();
        session.conversation().replace(read.messages());
    }

    /** No more lines. */
    void quit() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }
}
