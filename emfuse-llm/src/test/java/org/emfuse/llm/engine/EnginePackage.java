package org.emfuse.llm.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

import com.sun.net.httpserver.HttpServer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.emfuse.llm.model.Network;
import org.jspecify.annotations.Nullable;

/** A package of an engine on a server of this machine, for the real client to fetch. */
public final class EnginePackage implements AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    /** Skips the calling test, with a printed reason, where there is no npm or the network is forbidden. */
    public EnginePackage() {
        try {
            NpmClient.version();
            if (!Network.allowed()) {
                skip(Network.VARIABLE + " is set");
            }
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            skip(e.getMessage());
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            byte[] answer = archive();
            boolean there = !files.isEmpty();
            exchange.sendResponseHeaders(there ? 200 : 404, there ? answer.length : -1);
            if (there) {
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        server.start();
        files.put("package/package.json", "{\"name\": \"an-engine\", \"version\": \"1.0.0\"}".getBytes(UTF_8));
    }

    private static void skip(@Nullable String why) {
        String reason = "Skipped: " + why;
        System.out.println(reason);
        abort(reason);
    }

    /** Adds a file to the archive. */
    public EnginePackage with(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    /** From now on the server knows no package. */
    public void vanish() {
        files.clear();
    }

    /** How often the server was asked. */
    public int requests() {
        return requests.get();
    }

    /** The build that the package holds. */
    public EngineBuild build() {
        return new EngineBuild("cpu", Device.CPU, "v1.0.0",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/engine.tgz", archive().length,
                integrity(archive()));
    }

    private static String integrity(byte[] bytes) {
        try {
            return "sha512-" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-512").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] archive() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
                entry.setModTime(0);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
