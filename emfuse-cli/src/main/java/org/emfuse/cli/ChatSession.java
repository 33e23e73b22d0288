package org.emfuse.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.emfuse.llm.ContextTooSmallException;
import org.emfuse.llm.Explanation;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.config.Nearest;
import org.emfuse.llm.decode.Conversation;
import org.emfuse.llm.decode.Step;
import org.emfuse.llm.decode.Turn;
import org.jspecify.annotations.Nullable;

/** One chat: the conversation, who speaks in it and how, and what the last answer came from. */
final class ChatSession {

    /** Other tokens per position that {@code /explain} can show at most. */
    static final int MOST_ALTERNATIVES = 10;

    private final Conversation conversation;
    private final ChatVoice voice;
    private final boolean terminal;
    private final boolean colours;
    private ChatSettings settings;
    private List<Step> lastSteps = List.of();
    private final long[] drove;
    private long droveNone;

    /**
     * A chat over an unused context, which the caller closes after it.
     *
     * @param terminal whether answers go to a terminal
     */
    ChatSession(ExpertContext context, ChatVoice voice, ChatSettings settings, boolean terminal, boolean colours) {
        this.conversation = new Conversation(context);
        this.voice = voice;
        this.settings = settings;
        this.terminal = terminal;
        this.colours = colours;
        this.drove = new long[voice.names().size()];
    }

    Conversation conversation() {
        return conversation;
    }

    ChatVoice voice() {
        return voice;
    }

    ChatSettings settings() {
        return settings;
    }

    void settings(ChatSettings others) {
        settings = others;
    }

    /** What {@code /set} can set, each with its value. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>(settings.values());
        values.putAll(voice.parameters().values());
        return values;
    }

    /**
     * Sets one of {@link #values}.
     *
     * @throws IllegalArgumentException if there is none of the name, or the value is out of range
     */
    void set(String name, String text) {
        if (voice.parameters().values().containsKey(name)) {
            voice.parameters(voice.parameters().with(name, text));
        } else if (settings.values().containsKey(name)) {
            settings = settings.with(name, text);
        } else {
            throw new IllegalArgumentException("unknown setting '" + name + "'" + Nearest.hint(name, values().keySet())
                    + " Known: " + String.join(", ", values().keySet()) + ".");
        }
    }

    /**
     * Says something and passes the answer on as it comes.
     *
     * @param stop whether to stop the answer
     * @return what the user has to know about how it ended, empty where there is nothing
     * @throws IllegalArgumentException if the conversation has become longer than the context
     */
    String answer(String text, Consumer<String> out, BooleanSupplier stop) {
        ChatAnswer answer = new ChatAnswer(out, terminal, colours, stop);
        int before = (int) conversation.messages().stream().filter(m -> m.role().equals(Conversation.USER)).count();
        Turn turn;
        try {
            turn = conversation.say(text, settings.ofTurn(before), settings.maxTokens(), settings.stop(),
                    MOST_ALTERNATIVES, answer);
        } catch (ContextTooSmallException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + " (In a chat: /reset begins anew, and --context N at the"
                            + " start has more room.)",
                    e);
        }
        lastSteps = answer.steps();
        for (Step step : lastSteps) {
            int driver = ChatAnswer.driver(step);
            if (driver < 0) {
                droveNone++;
            } else {
                drove[driver]++;
            }
        }
        return switch (turn.reason()) {
            case CONTEXT ->
                "the context of " + conversation.room() + " tokens is full; /reset begins anew, and --context N"
                        + " at the start has more room";
            case LENGTH -> "stopped after " + settings.maxTokens() + " tokens; /set max-tokens N allows more";
            case CANCELLED -> turn.answer().isEmpty() ? "stopped; the message is forgotten" : "stopped";
            case END, STOP -> "";
        };
    }

    /** Forgets the conversation and the counts. */
    void reset() {
        conversation.reset();
        lastSteps = List.of();
        Arrays.fill(drove, 0);
        droveNone = 0;
    }

    /** Who drove how many tokens so far, by name. */
    Map<String, Long> drove() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < drove.length; i++) {
            counts.put(voice.names().get(i), drove[i]);
        }
        return counts;
    }

    /** The experts, their weights in the last answer, and who drove how much. */
    String experts() {
        Table table = new Table("expert", "weight", "tokens driven");
        for (int i = 0; i < drove.length; i++) {
            Double weight = meanWeight(i);
            table.add(voice.names().get(i), weight == null ? "-" : String.format(Locale.ROOT, "%.3f", weight),
                    Long.toString(drove[i]));
        }
        table.add("(none in particular)", "", Long.toString(droveNone));
        return voice.description() + "\n" + table;
    }

    /** Mean λ of an expert over the last answer, null before there is one. */
    private @Nullable Double meanWeight(int expert) {
        double sum = 0;
        int count = 0;
        for (Step step : lastSteps) {
            Explanation explanation = step.explanation();
            if (explanation != null) {
                sum += explanation.terms().get(expert).lambda();
                count++;
            }
        }
        return count == 0 ? null : sum / count;
    }

    /**
     * The last answer, token by token.
     *
     * @param alternatives other tokens to show per position, 0 to {@link #MOST_ALTERNATIVES}
     */
    String explain(int alternatives) {
        List<Step> shortened = new ArrayList<>();
        for (Step step : lastSteps) {
            Explanation e = step.explanation();
            if (e != null) {
                List<Explanation.Alternative> others = e.alternatives().subList(0,
                        Math.min(alternatives, e.alternatives().size()));
                shortened.add(new Step(step.token(), step.energy(), step.text(), new Explanation(e.token(), e.label(),
                        e.rule(), e.terms(), e.logZ(), e.energy(), e.chosen(), e.driver(), others), step.trace()));
            }
        }
        return new ExplanationText(voice.names(), colours).of(shortened);
    }
}
