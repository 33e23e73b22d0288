package org.emfuse.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

import org.emfuse.llm.gguf.TinyModels;
import picocli.CommandLine;

/** Runs commands as a user does, on experts of a tiny random model. */
final class Terminal {

    /** What a command printed and how it ended. */
    record Outcome(int code, String out, String err) {}

    private final Path folder;

    /** A folder with {@code team.yaml}: three adapters of one tiny model. */
    Terminal(Path folder) {
        this.folder = folder;
        TinyModels.of(1).withContextLength(1024).write(folder.resolve("base.gguf"));
        StringBuilder yaml = new StringBuilder("base: base.gguf\nexperts:\n");
        int seed = 1;
        for (String name : new String[]{"red", "green", "blue"}) {
            TinyModels.writeAdapter(folder.resolve(name + ".gguf"), seed++, 1);
            yaml.append("  - {name: ").append(name).append(", adapter: ").append(name).append(".gguf}\n");
        }
        Json.writeText(folder.resolve("team.yaml"), yaml.toString());
    }

    /** The experts file. */
    String team() {
        return path("team.yaml");
    }

    /** A file in the folder. */
    String path(String name) {
        return folder.resolve(name).toString();
    }

    /** Runs a command on the embedded engine. */
    Outcome run(String... arguments) {
        return execute(arguments);
    }

    /** Runs any command. */
    static Outcome execute(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine(arguments).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = command.execute(arguments);
        return new Outcome(code, out.toString(), err.toString());
    }
}
