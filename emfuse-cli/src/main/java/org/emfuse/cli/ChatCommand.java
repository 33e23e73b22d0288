package org.emfuse.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Method;
import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.record.RunRecord;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A conversation with all experts together. */
@Command(name = "chat", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "A conversation: at every token of an answer all experts decide together.", ""}, footer = {"", "Examples:",
        "  emfuse chat --experts models/demo.yaml",
        "  emfuse chat --experts models/demo.yaml --temperature 0.7 --session talk.json",
        "  echo 'What is a bond?' | emfuse chat --experts models/demo.yaml"})
final class ChatCommand implements Callable<Integer> {

    @Mixin
    private ExpertOptions experts = new ExpertOptions();

    @Mixin
    private FusionOptions fusion = new FusionOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--session", paramLabel = "FILE", description = "Keep the conversation in this file: go on from it, and write it after every answer.")
    @Nullable
    private Path file;

    @Option(names = "--system", paramLabel = "TEXT", description = "The text that goes first. Default: every expert's own.")
    @Nullable
    private String system;

    @Option(names = "--lines", description = "Of input that is no terminal every line is a message or a command; without it all of it is one message.")
    private boolean lines;

    @Option(names = "--no-history", description = "Do not remember the lines that are typed.")
    private boolean forgetful;

    @Mixin
    private OutputOptions output = new OutputOptions();

    private Supplier<@Nullable Terminal> terminals = ChatTerminal::ofProcess;
    private Path historyFolder = CacheFolder.ofUser().chat();

    /** Talks on this terminal rather than on that of the process, and remembers lines in this folder. */
    void on(Terminal terminal, Path folder) {
        terminals = () -> terminal;
        historyFolder = folder;
    }

    @Override
    public Integer call() throws IOException {
        output.requirePlaces();
        if (file != null) {
            OutputPlace.require(file);
        }
        ExpertsFile team = experts.file();
        List<Method> methods = experts.only() == null ? List.of(fusion.method(team, output::notice)) : List.of();
        ChatSettings settings = new ChatSettings(sampling.params(), sampling.maxTokens(), sampling.stop());
        Workplace workplace = new Workplace(experts.engine(), output);
        try (Voice voice = Voice.open(workplace, team, experts, methods, 1);
                ExpertContext context = voice.expert().open(voice.size());
                Terminal terminal = output.jsonOnly() ? null : terminals.get()) {
            boolean colours = terminal != null && ChatTerminal.colours(terminal.getType(), System.getenv());
            ChatVoice speakers = new ChatVoice(voice, context, team, fusion.parameters(team));
            ChatSession session = new ChatSession(context, speakers, settings, terminal != null, colours);
            Map<String, String> inputs = workplace.inputs(team, voice.set());
            Chat chat = new Chat(session, () -> record(workplace, session, inputs), file,
                    output.files().reading(Workplace.read(team, voice.set())));
            String remark = chat.begin(this::given);
            if (system != null) {
                session.conversation().system(system);
            }
            if (terminal == null) {
                notice(remark);
                pipe(chat);
            } else {
                greet(terminal, session, colours);
                terminal.writer().print(remark);
                new ChatTerminal(terminal, chat, forgetful ? null : ChatTerminal.history(historyFolder)).run();
            }
            output.writeJson(chat.record());
        }
        return 0;
    }

    private boolean given(String setting) {
        // Who is loaded is settled, wherever that was said.
        return setting.equals("only") ? experts.only() != null : output.given("--" + setting);
    }

    private RunRecord record(Workplace workplace, ChatSession session, Map<String, String> inputs) {
        Map<String, Object> configuration = new LinkedHashMap<>(session.voice().configuration());
        configuration.put("only", session.voice().only());
        configuration.putAll(session.settings().configuration());
        configuration.put("context", session.conversation().room());
        return workplace.record("chat", output.arguments(), session.settings().sampling().seed(), configuration,
                inputs);
    }

    private void greet(Terminal terminal, ChatSession session, boolean colours) {
        List<String> names = session.voice().names();
        StringBuilder legend = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            legend.append(i == 0 ? "" : ", ").append(colours ? Colours.of(i, names.get(i)) : names.get(i));
        }
        terminal.writer().println("Experts: " + legend + " (" + session.voice().description() + ")");
        if (colours && names.size() > 1) {
            terminal.writer().println("A token has the colour of the expert that drove it, none where nobody did.");
        }
        terminal.writer().println("/help lists commands, Ctrl-C stops an answer, Ctrl-D ends.");
        terminal.writer().flush();
    }

    /** Input that is no terminal: one message, or a message or command per line. */
    private void pipe(Chat chat) {
        String text = PromptOptions.standardInput();
        if (!lines) {
            if (text.isBlank()) {
                throw new IllegalArgumentException("expected a message on standard input, found an empty text");
            }
            say(chat, text.strip());
            return;
        }
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (chat.ended() || line.isBlank()) {
                continue;
            }
            try {
                if (SlashCommand.is(line)) {
                    show(SlashCommand.run(chat, line));
                } else {
                    say(chat, line.startsWith("//") ? line.substring(1) : line);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("standard input, line " + number + ": " + e.getMessage(), e);
            }
        }
    }

    private void say(Chat chat, String message) {
        String remark = chat.say(message, this::show, () -> false);
        show("\n");
        notice(remark);
    }

    private void show(String text) {
        if (!output.jsonOnly()) {
            output.out().print(text);
            output.flush();
        }
    }

    private void notice(String remark) {
        remark.lines().forEach(output::notice);
    }
}
