package org.emfuse.llm.model;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.emfuse.record.Sha256;
import org.emfuse.wording.Megabytes;

/**
 * Brings a file over HTTP into a part file and goes on from there after a cut, in this call or a later one, unless the
 * server's file changed in between.
 */
final class HttpTransfer {

    private static final int MOST_TRIES = 50;
    private static final long SPARE_BYTES = 16L << 20;
    private static final Pattern RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\\*)");

    private final ProxySelector proxies;
    private final Waits waits;
    private final Duration silence;

    /**
     * A way to transfer files.
     *
     * @param silence after which a connection counts as cut
     */
    HttpTransfer(ProxySelector proxies, Waits waits, Duration silence) {
        this.proxies = proxies;
        this.waits = waits;
        this.silence = silence;
    }

    /** That of this process: its proxies, and usual waits. */
    static HttpTransfer ofProcess() {
        return new HttpTransfer(EnvironmentProxies.ofProcess(), Waits.USUAL, Duration.ofSeconds(30));
    }

    /**
     * Brings a file.
     *
     * @param part where it grows; what an earlier call left there is used if it still belongs to the file
     * @return {@code part}, whole and with the right hash if one is known
     * @throws IOException if it cannot be had; the message says why and what to do
     */
    Path fetch(HttpFile wanted, Path part, FetchListener listener) throws IOException, InterruptedException {
        PartialFile partial = new PartialFile(part);
        try (HttpClient client = HttpRequests.client(proxies)) {
            try {
                Optional<String> told = transfer(new HttpRequests(client, wanted), wanted, partial, listener);
                check(partial, wanted.sha256().or(() -> told));
            } finally {
                listener.ended();
                client.shutdownNow();
            }
        }
        partial.finish();
        return part;
    }

    private Optional<String> transfer(HttpRequests requests, HttpFile wanted, PartialFile partial,
            FetchListener listener) throws IOException, InterruptedException {
        int failures = 0;
        for (int tries = 1;; tries++) {
            long before = partial.size();
            try {
                return attempt(requests, wanted, partial, listener);
            } catch (TransientException e) {
                failures = partial.size() > before ? 1 : failures + 1;
                Duration wait = e.asked().orElse(waits.after(failures));
                if (failures >= waits.tries() || tries >= MOST_TRIES || wait.compareTo(waits.longest()) > 0) {
                    throw new IOException(e.getMessage() + e.asked().map(asked -> "; it asks to be left alone for "
                            + asked.toSeconds() + " s").orElse("")
                            + ". Tried " + tries + (tries == 1 ? " time" : " times") + "; the next try goes on from "
                            + partial.size() + " bytes", e);
                }
                Thread.sleep(wait);
            }
        }
    }

    /** One request; returns the hash that the server told, if it did. */
    private Optional<String> attempt(HttpRequests requests, HttpFile wanted, PartialFile partial,
            FetchListener listener) throws IOException, InterruptedException {
        List<String> had = partial.version();
        if (!had.isEmpty() && had.get(1).equals(Long.toString(partial.size()))) {
            return Optional.of(had.get(2)).filter(hash -> !hash.isEmpty()); // all came, and nobody took it away
        }
        String condition = had.isEmpty() ? "" : had.getFirst();
        boolean resumable = !had.isEmpty() && (!condition.isEmpty() || wanted.sha256().isPresent());
        if (!resumable) {
            partial.discard();
        }
        HttpRequests.Answer answer = requests.get(partial.size(), condition);
        HttpResponse<InputStream> response = answer.response();
        try (InputStream body = response.body()) {
            HttpHeaders headers = response.headers();
            long total = headers.firstValueAsLong("Content-Length").orElse(-1);
            switch (response.statusCode()) {
                case 200 -> {
                    requirePlausible(response);
                    requireRoom(partial, total);
                    partial.begin(List.of(HttpRequests.validator(headers), Long.toString(total),
                            answer.hash().orElse("")));
                }
                case 206 -> {
                    total = requireFollowing(headers, partial, had, answer.hash().orElse(""));
                    requireRoom(partial, total - partial.size());
                }
                case 416 -> {
                    // What is here is longer than the server's file, or just as long and not known to be it.
                    partial.discard();
                    throw new TransientException("the server has no bytes behind the " + partial.size()
                            + " that are here", Optional.of(Duration.ZERO), null);
                }
                default -> throw requests.refusal(response);
            }
            copy(body, partial, total, name(wanted), listener);
        }
        return answer.hash();
    }

    /** The total that a partial answer tells, after a check that it follows what is here. */
    private static long requireFollowing(HttpHeaders headers, PartialFile partial, List<String> had,
            String hash) throws IOException {
        Matcher range = RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
        boolean follows = range.matches() && Long.parseLong(range.group(1)) == partial.size();
        String total = follows ? range.group(2) : "";
        boolean same = HttpRequests.validator(headers).equals(had.getFirst()) && total.equals(had.get(1))
                && hash.equals(had.get(2));
        if (!follows || !same) {
            partial.discard();
            throw new TransientException("the file changed between two tries", Optional.of(Duration.ZERO), null);
        }
        return Long.parseLong(total);
    }

    private static void requirePlausible(HttpResponse<InputStream> response) throws IOException {
        String type = response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (type.startsWith("text/html")) {
            throw new IOException("the server answered with a web page instead of a file: "
                    + HttpFile.shown(response.uri()));
        }
    }

    private static void requireRoom(PartialFile partial, long missing) throws IOException {
        Path folder = Objects.requireNonNull(partial.path().toAbsolutePath().getParent());
        long free = Files.getFileStore(folder).getUsableSpace();
        if (missing + SPARE_BYTES > free) {
            throw new IOException(Megabytes.of(missing) + " are still to come, and " + folder + " has room for "
                    + Megabytes.of(free) + ". Make room, or set " + CacheFolder.VARIABLE + " to another folder");
        }
    }

    private void copy(InputStream body, PartialFile partial, long total, String name, FetchListener listener)
            throws IOException {
        byte[] buffer = new byte[1 << 16];
        long done = partial.size();
        try (FileChannel out = partial.append(); Silence watch = new Silence(body, silence)) {
            listener.at(name, done, total);
            for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
                watch.heard();
                ByteBuffer piece = ByteBuffer.wrap(buffer, 0, read);
                while (piece.hasRemaining()) {
                    done += out.write(piece);
                }
                listener.at(name, done, total);
            }
            if (watch.broken()) {
                throw new TransientException("nothing came for " + silence.toSeconds() + " s", Optional.empty(), null);
            }
        }
        if (total >= 0 && done != total) {
            throw new TransientException("the connection ended after " + done + " of " + total + " bytes",
                    Optional.empty(), null);
        }
    }

    /** Tells failures of the network from those of the disk. */
    private static int read(InputStream body, byte[] buffer) throws IOException {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw new TransientException("the connection was cut (" + e.getMessage() + ")", Optional.empty(), e);
        }
    }

    private static void check(PartialFile partial, Optional<String> expected) throws IOException {
        if (expected.isEmpty()) {
            return;
        }
        String hash = Sha256.of(partial.path());
        if (!hash.equals(expected.get())) {
            partial.discard();
            throw new IOException("the file has SHA-256 " + hash + ", expected " + expected.get()
                    + "; it was thrown away");
        }
    }

    private static String name(HttpFile wanted) {
        String path = wanted.uri().getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
