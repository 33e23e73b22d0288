package org.emfuse.llm.model;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** A server of one file on this machine, with the habits and bad days of real ones. */
public final class FileServer implements AutoCloseable {

    /** How a request is answered. */
    @FunctionalInterface
    public interface Answer {
        /** Answers; the exchange is closed afterwards. */
        void give(FileServer server, HttpExchange exchange) throws IOException;
    }

    /** A request that came. */
    public record Request(String path, String range, String condition, String authorization) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile byte[] content;
    private volatile String tag = "\"one\"";

    /** Serves a content; the first requests get the first answers, all later ones the last. */
    public FileServer(byte[] content, Answer... answers) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.add(new Request(exchange.getRequestURI().toString(), header(exchange, "Range"),
                    header(exchange, "If-Range"), header(exchange, "Authorization")));
            try (exchange) {
                answers[Math.min(requests.size(), answers.length) - 1].give(this, exchange);
            }
        });
        server.start();
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    /** The address of a path. */
    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** What came so far. */
    public List<Request> requests() {
        return requests;
    }

    /** From now on another file is served. */
    public void change(byte[] other, String itsTag) {
        content = other;
        tag = itsTag;
    }

    /** The file or the range that was asked for, as a good server does. */
    public static void whole(FileServer server, HttpExchange exchange) throws IOException {
        server.send(exchange, Integer.MAX_VALUE, true);
    }

    /** Half of what was asked for, then nothing. */
    public static void half(FileServer server, HttpExchange exchange) throws IOException {
        server.send(exchange, server.content.length / 2, true);
    }

    /** Always all of the file. */
    public static void withoutRanges(FileServer server, HttpExchange exchange) throws IOException {
        server.send(exchange, Integer.MAX_VALUE, false);
    }

    /** A status without content. */
    public static Answer status(int code, String... headers) {
        return (server, exchange) -> {
            for (int k = 0; k < headers.length; k += 2) {
                exchange.getResponseHeaders().set(headers[k], headers[k + 1]);
            }
            exchange.sendResponseHeaders(code, -1);
        };
    }

    private void send(HttpExchange exchange, int most, boolean ranges) throws IOException {
        byte[] all = content;
        String range = header(exchange, "Range");
        String condition = header(exchange, "If-Range");
        int from = ranges && !range.isEmpty() && (condition.isEmpty() || condition.equals(tag))
                ? Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"))
                : 0;
        exchange.getResponseHeaders().set("ETag", tag);
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range",
                    "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, all.length - from);
        OutputStream out = exchange.getResponseBody();
        out.write(all, from, Math.min(most, all.length - from));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
