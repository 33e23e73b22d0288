package org.emfuse.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.config.Nearest;

/** What can be told to a chat in place of a message. */
enum SlashCommand {

    EXPERTS("", "who speaks, with which weights, and which expert drove how many tokens so far") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            return chat.session().experts();
        }
    },

    EXPLAIN("[K]", "the last answer, token by token, with K other tokens each (3)") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            int most = ChatSession.MOST_ALTERNATIVES;
            String wanted = words.isEmpty() ? "3" : words.getFirst();
            if (words.size() > 1 || !wanted.matches("[0-9]{1,2}") || Integer.parseInt(wanted) > most) {
                throw new IllegalArgumentException("expected a number from 0 to " + most + ", found '" + text + "'");
            }
            return chat.session().explain(Integer.parseInt(wanted));
        }
    },

    HELP("", "this list") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            Table table = new Table("command", "");
            for (SlashCommand command : values()) {
                table.add(command.word() + " " + command.arguments, command.help);
            }
            return table + "\nA message that begins with / is written with // in front.\n"
                    + "A line that ends with \\ goes on in the next one; so does Alt-Enter. Ctrl-C stops an answer.\n";
        }
    },

    LOAD("FILE", "go on from what /save wrote") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            return chat.load(required(text, "a file"));
        }
    },

    ONLY("EXPERT|all", "one expert alone, or all again") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            chat.session().voice().only(required(text, "an expert's name, or all"));
            return chat.session().voice().description() + "\n";
        }

        @Override
        List<String> candidates(Chat chat) {
            List<String> names = new ArrayList<>(chat.session().voice().names());
            names.add(ChatVoice.ALL);
            return names;
        }
    },

    QUIT("", "end; so does Ctrl-D") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            chat.quit();
            return "";
        }
    },

    RESET("", "forget the conversation, but not the system text") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            chat.session().reset();
            return "forgotten\n";
        }
    },

    RULE("NAME", "how the experts' energies become one: " + String.join(", ", ExpertsFile.RULES)) {
        @Override
        String run(Chat chat, List<String> words, String text) {
            ChatVoice voice = chat.session().voice();
            String name = required(text, "a rule: " + String.join(", ", ExpertsFile.RULES));
            return together(voice, () -> voice.rule(name));
        }

        @Override
        List<String> candidates(Chat chat) {
            return ExpertsFile.RULES;
        }
    },

    SAVE("FILE", "write the conversation, its settings and hashes as JSON") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            return chat.save(required(text, "a file"));
        }
    },

    SET("[NAME VALUE]", "change a setting, for example /set temperature 0.7; alone: all settings") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            ChatSession session = chat.session();
            if (!words.isEmpty() && words.size() != 2) {
                throw new IllegalArgumentException("expected a name and a value, found '" + text + "'");
            }
            if (!words.isEmpty()) {
                session.set(words.getFirst(), words.getLast());
            }
            Table table = new Table("setting", "value");
            session.values().forEach((name, value) -> {
                if (words.isEmpty() || words.getFirst().equals(name)) {
                    table.add(name, value.toString());
                }
            });
            return table.toString();
        }

        @Override
        List<String> candidates(Chat chat) {
            return List.copyOf(chat.session().values().keySet());
        }
    },

    SYSTEM("[TEXT]", "the text that goes first; alone: the experts' own") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            chat.session().conversation().system(text.isEmpty() ? null : text);
            return text.isEmpty() ? "every expert has its own system text\n" : "the system text is another one now\n";
        }
    },

    WEIGHTS("NAME|NUMBERS", "where λ comes from: " + String.join(", ", ExpertsFile.WEIGHTS)
            + ", or one number per expert") {
        @Override
        String run(Chat chat, List<String> words, String text) {
            required(text, "weights: " + String.join(", ", ExpertsFile.WEIGHTS) + ", or one number per expert");
            ChatVoice voice = chat.session().voice();
            return together(voice, () -> voice.weights(words));
        }

        @Override
        List<String> candidates(Chat chat) {
            return ExpertsFile.WEIGHTS;
        }
    };

    private final String arguments;
    private final String help;

    SlashCommand(String arguments, String help) {
        this.arguments = arguments;
        this.help = help;
    }

    /**
     * Does it.
     *
     * @param words the arguments, split at white space
     * @param text the arguments as they stand
     * @return what to show
     * @throws IllegalArgumentException if the arguments are wrong
     */
    abstract String run(Chat chat, List<String> words, String text);

    /** What its first argument can be, for completion. */
    List<String> candidates(Chat chat) {
        return List.of();
    }

    /** How it is written. */
    String word() {
        return "/" + name().toLowerCase(Locale.ROOT);
    }

    /** Changes how the experts speak together, and says so where one of them spoke alone. */
    private static String together(ChatVoice voice, Runnable change) {
        boolean alone = !voice.only().equals(ChatVoice.ALL);
        change.run();
        return voice.description() + (alone ? "; all experts speak again\n" : "\n");
    }

    private static String required(String text, String what) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("expected " + what);
        }
        return text;
    }

    /** Whether a line is a command rather than a message. */
    static boolean is(String line) {
        return line.startsWith("/") && !line.startsWith("//");
    }

    /** The command of a word. */
    static SlashCommand of(String word) {
        List<String> words = Arrays.stream(values()).map(SlashCommand::word).toList();
        int at = words.indexOf(word.toLowerCase(Locale.ROOT));
        if (at < 0) {
            throw new IllegalArgumentException("unknown command " + word + Nearest.hint(word, words)
                    + " /help lists all.");
        }
        return values()[at];
    }

    /**
     * Does what a line says.
     *
     * @return what to show
     */
    static String run(Chat chat, String line) {
        String[] parts = line.strip().split("\\s+", 2);
        String text = parts.length == 1 ? "" : parts[1];
        return of(parts[0]).run(chat, text.isEmpty() ? List.of() : List.of(text.split("\\s+")), text);
    }
}
