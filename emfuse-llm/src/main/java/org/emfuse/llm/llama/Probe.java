package org.emfuse.llm.llama;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Prompt;
import org.emfuse.llm.Rows;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.jspecify.annotations.Nullable;

/**
 * Loads an engine, and a model with its adapters, in a process of its own: native code that ends its process ends that
 * one.
 */
public final class Probe {

    private static final String PASSED = "emfuse-probe-passed";
    /** What the Java platform says of its own accord about a library. */
    private static final Pattern NOISE = Pattern.compile(" VM warning: |'execstack -c ");
    /** How the Java platform's report of a crash begins, and where it says what happened. */
    private static final Pattern CRASH = Pattern.compile("# A fatal error has been detected by .*");
    private static final Pattern SIGNAL = Pattern.compile("# +((SIG|EXCEPTION_)[A-Z_]+) .*");
    private static final Map<Integer, String> SIGNALS = Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9,
            "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");
    /** The code of a process that a signal ended is the signal's number and this. */
    private static final int SIGNALLED = 128;
    private static final long MINUTES = 10;

    private Probe() {}

    /**
     * The process's work: engine, then model, then adapters; every one is evaluated once. An engine alone is tried on a
     * tiny model.
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
            } else {
                evaluateTinyModel(engine);
            }
            EngineFacts.of(engine).lines().forEach(System.out::println);
            System.out.println(PASSED);
        } catch (IOException | RuntimeException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    /** An engine without a model of the user's is tried on one that the program carries. */
    private static void evaluateTinyModel(LlamaEngine engine) throws IOException {
        Path file = Files.createTempFile("emfuse-tiny", ".gguf");
        try (InputStream in = Probe.class.getResourceAsStream("tiny.gguf")) {
            Files.write(file, Objects.requireNonNull(in, "the program has no tiny.gguf").readAllBytes());
            try (LlamaModel model = LlamaModel.load(engine, file)) {
                evaluate(model, null);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void evaluate(LlamaModel model, @Nullable Path adapter) {
        try (LlamaExpert expert = new LlamaExpert("probe", model, adapter, 1, null);
                ExpertContext context = expert.open(new ContextSize(1, 64, 64, 1))) {
            context.start(Prompt.user("a"), Rows.LAST);
            context.evaluate();
            float[] energies = new float[expert.vocabulary().size()];
            context.energies(context.rows().getFirst(), energies);
            for (float energy : energies) {
                if (Float.isNaN(energy)) {
                    throw new LlamaException("it computes wrongly on this machine: an energy is not a number", null);
                }
            }
        }
    }

    /**
     * How a try ended.
     *
     * @param problem what went wrong, empty if nothing did
     * @param lines what the process printed
     */
    record Outcome(Optional<String> problem, List<String> lines) {}

    private static Outcome failed(String problem) {
        return new Outcome(Optional.of(problem), List.of());
    }

    /**
     * Runs {@link #main} in a child process with this one's class path.
     *
     * @return what went wrong, if anything did, and what the engine said
     */
    static Outcome run(Path library, List<Path> files) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Probe.class.getName(), library.toString()));
        files.forEach(file -> command.add(file.toString()));
        try {
            // Into a file: reading a pipe would wait for as long as the process lives.
            Path output = Files.createTempFile("emfuse-probe", ".log");
            try {
                return outcome(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                        .start(), output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            return failed("no process could be started to try it: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("trying it was interrupted");
        }
    }

    private static Outcome outcome(Process process, Path output) throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return failed("it did not answer within " + MINUTES + " minutes");
        }
        List<String> lines = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.isBlank() && !NOISE.matcher(line).find()).toList();
        if (lines.contains(PASSED)) {
            return new Outcome(Optional.empty(), lines);
        }
        boolean crashed = lines.stream().anyMatch(line -> CRASH.matcher(line).matches());
        return failed(process.exitValue() == 1 && !crashed && !lines.isEmpty()
                ? String.join("\n  ", lines.subList(Math.max(0, lines.size() - 6), lines.size()))
                : "it ended the process that tried it (" + cause(process.exitValue(), lines) + ")");
    }

    /** What ended a process: the signal, as its report or its code tells it, else the code. */
    private static String cause(int code, List<String> lines) {
        return lines.stream().map(SIGNAL::matcher).filter(Matcher::matches).map(line -> line.group(1)).findFirst()
                .or(() -> Optional.ofNullable(SIGNALS.get(code - SIGNALLED))).orElse("code " + code);
    }
}
