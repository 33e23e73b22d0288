package org.emfuse.llm.llama;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Row;
import org.emfuse.llm.Rows;
import org.jspecify.annotations.Nullable;

/**
 * Loads an engine, and a model with its adapters, in a process of its own: native code that ends its process ends that
 * one.
 */
public final class Probe {

    private static final String PASSED = "emfuse-probe-passed";
    private static final long MINUTES = 10;

    private Probe() {}

    /**
     * The process's work: engine, then model, then adapters; every one is evaluated once.
     *
     * @param args the library, and perhaps a model and adapters of it
     */
    public static void main(String[] args) {
        try {
            LlamaEngine engine = LlamaEngine.load(Path.of(args[0]));
            if (args.length > 1) {
                try (LlamaModel model = LlamaModel.load(engine, Path.of(args[1]))) {
                    evaluate(model, null);
                    for (int i = 2; i < args.length; i++) {
                        evaluate(model, Path.of(args[i]));
                    }
                }
            }
            System.out.println(PASSED);
        } catch (RuntimeException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void evaluate(LlamaModel model, @Nullable Path adapter) {
        try (LlamaExpert expert = new LlamaExpert("probe", model, adapter, 1, null);
                ExpertContext context = expert.open(new ContextSize(1, 64, 64, 1))) {
            context.start(Prompt.user("a"), Rows.LAST);
            context.evaluate();
            Row row = context.rows().getFirst();
            context.energies(row, new float[expert.vocabulary().size()]);
        }
    }

    /**
     * Runs {@link #main} in a child process with this one's class path.
     *
     * @return what went wrong, empty if nothing did
     */
    static Optional<String> run(Path library, List<Path> files) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Probe.class.getName(), library.toString()));
        files.forEach(file -> command.add(file.toString()));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            List<String> lines = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).toList();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return Optional.of("it did not answer within " + MINUTES + " minutes");
            }
            if (lines.contains(PASSED)) {
                return Optional.empty();
            }
            return Optional.of(process.exitValue() == 1 && !lines.isEmpty()
                    ? String.join("\n  ", lines.subList(Math.max(0, lines.size() - 6), lines.size()))
                    : "it ended the process that tried it (code " + process.exitValue() + ")");
        } catch (IOException e) {
            return Optional.of("no process could be started to try it: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("trying it was interrupted");
        }
    }
}
