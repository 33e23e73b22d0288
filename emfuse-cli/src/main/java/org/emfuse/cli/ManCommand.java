package org.emfuse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes manual pages. */
@Command(name = "man", mixinStandardHelpOptions = true, description = {
    "Writes a manual page for every command, emfuse.1, emfuse-decide.1 and so on.", ""}, footer = {"", "Examples:",
        "  emfuse man --output ~/.local/share/man/man1", "  man emfuse-decide"})
final class ManCommand implements Runnable {

    @Spec
    @Nullable
    private CommandSpec spec;

    @Option(names = "--output", required = true, paramLabel = "FOLDER", description = "Gets the pages; made if it does not exist.")
    private Path folder = Path.of("");

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec);
        if (folder.toString().isEmpty()) {
            throw new IllegalArgumentException("expected a folder for the pages, found an empty name");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be made", e);
        }
        int pages = write(self.root().commandLine());
        self.commandLine().getOut().println(pages + " pages in " + folder);
        self.commandLine().getOut().flush();
    }

    private int write(CommandLine command) {
        ManPage page = new ManPage(command.getCommandSpec());
        Json.writeText(folder.resolve(page.name() + ".1"), page.text());
        return 1 + command.getSubcommands().values().stream().mapToInt(this::write).sum();
    }
}
