package org.emfuse.llm.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The ordinary npm client of this machine. */
public final class NpmClient {

    private static final String PROGRAM = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")
            ? "npm.cmd"
            : "npm";
    private static final long VERSION_SECONDS = 30;
    private static final long PACK_SECONDS = 1800;

    private NpmClient() {}

    /** The client is not there, or does not answer. */
    public static final class MissingException extends IOException {

        private static final long serialVersionUID = 1L;

        MissingException(Throwable cause) {
            super("npm was not found", cause);
        }
    }

    /**
     * What the client says that its version is.
     *
     * @throws MissingException if there is none
     * @throws IOException if it fails
     */
    public static String version() throws IOException {
        return version(PROGRAM, VERSION_SECONDS);
    }

    /** The version of a program that speaks like npm, which gets so many seconds to answer. */
    static String version(String program, long seconds) throws IOException {
        // Into a file: reading a pipe would wait for as long as anybody holds it open.
        Path answer = Files.createTempFile("emfuse-npm", ".log");
        try {
            Process process = start(new ProcessBuilder(program, "--version").redirectErrorStream(true)
                    .redirectOutput(answer.toFile()));
            try {
                process.getOutputStream().close();
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    throw new IOException("npm does not answer within " + seconds + " seconds");
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            String text = new String(Files.readAllBytes(answer), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException("npm does not answer: " + text);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("asking npm was interrupted", e);
        } finally {
            Files.delete(answer);
        }
    }

    static Process start(ProcessBuilder builder) throws MissingException {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new MissingException(e);
        }
    }

    /**
     * Fetches a package; the client checks it, and so does this method.
     *
     * @param requirement the package and its version
     * @param integrity {@code sha512-} and Base64
     * @return the archive, in the folder
     * @throws IOException if it cannot be had, or is another one; the message says why
     */
    static Path pack(String requirement, String integrity, FetchFolder folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "pack", "--fetch-retries=1",
                "--fetch-retry-mintimeout=1000", "--loglevel=error", "--no-audit", "--no-fund",
                requirement));
        FetchFolder.Outcome outcome = folder.run(command, PACK_SECONDS);
        if (outcome.code() != 0) {
            throw new IOException("'npm pack " + requirement + "' ended with code " + outcome.code()
                    + outcome.complaint());
        }
        try (Stream<Path> files = Files.list(folder.path())) {
            Path archive = files.filter(file -> file.toString().endsWith(".tgz")).findFirst()
                    .orElseThrow(() -> new IOException("'npm pack " + requirement + "' left no archive"));
            String found = integrityOf(archive);
            if (!found.equals(integrity)) {
                throw new IOException("the package " + requirement + " is another one than expected: its integrity is "
                        + found + ", expected " + integrity);
            }
            return archive;
        }
    }

    private static String integrityOf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return "sha512-" + Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-512", e);
        }
    }
}
