package org.emfuse.llm.model;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLException;

/**
 * Requests for one file. Redirections are followed here and not by the client, because the authorization must not leave
 * its host, and because only the first answer of a hub tells the file's hash.
 */
final class HttpRequests {

    /** Where hubs tell the hash of large files. */
    private static final String LINKED_HASH = "X-Linked-Etag";

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int MOST_REDIRECTIONS = 10;
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient client;
    private final HttpFile wanted;
    private boolean reached;

    /** Requests of a client. */
    HttpRequests(HttpClient client, HttpFile wanted) {
        this.client = client;
        this.wanted = wanted;
    }

    /** A client that gives up soon where nobody answers; the caller closes it. */
    static HttpClient client(ProxySelector proxies) {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).proxy(proxies)
                .followRedirects(HttpClient.Redirect.NEVER).build();
    }

    /**
     * An answer that is no redirection.
     *
     * @param hash that an answer on the way told; empty if none did
     */
    record Answer(HttpResponse<InputStream> response, Optional<String> hash) {}

    /**
     * Asks for the file.
     *
     * @param from the first byte that is wanted
     * @param condition the version that a part must be of; empty for any
     */
    Answer get(long from, String condition) throws IOException, InterruptedException {
        URI uri = wanted.uri();
        Optional<String> hash = Optional.empty();
        for (int hops = 0; hops <= MOST_REDIRECTIONS; hops++) {
            HttpResponse<InputStream> response = send(uri, from, condition);
            hash = hash.or(() -> linkedHash(response.headers()));
            if (!REDIRECTIONS.contains(response.statusCode())) {
                return new Answer(response, hash);
            }
            response.body().close();
            uri = target(uri, response.headers());
        }
        throw new IOException("the server redirects without end: " + HttpFile.shown(wanted.uri()));
    }

    private HttpResponse<InputStream> send(URI uri, long from, String condition)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(reached ? ANSWER : FIRST_ANSWER)
                .header("User-Agent", "emfuse").header("Accept-Encoding", "identity");
        if (HttpFile.origin(uri).equals(HttpFile.origin(wanted.uri()))) {
            wanted.authorization().ifPresent(value -> request.header("Authorization", value));
        }
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
            if (!condition.isEmpty()) {
                request.header("If-Range", condition);
            }
        }
        try {
            HttpResponse<InputStream> response = client.send(request.build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            reached = true;
            return response;
        } catch (IOException e) {
            String message = "no answer from " + uri.getHost() + proxied(uri) + " (" + reason(e) + ")";
            // Where nobody ever answered there is no network, or none to there: another source should have its turn soon.
            boolean unreachable = e instanceof ConnectException || e instanceof HttpTimeoutException
                    || e instanceof SSLException || isUnknownHost(e);
            throw reached || !unreachable
                    ? new TransientException(message, Optional.empty(), e)
                    : new IOException(message, e);
        }
    }

    /** The proxy that stands before a server, as words to follow its name; empty if there is none. */
    private String proxied(URI uri) {
        return client.proxy().stream().flatMap(proxies -> proxies.select(uri).stream())
                .filter(proxy -> proxy.address() instanceof InetSocketAddress).findFirst()
                .map(proxy -> (InetSocketAddress) proxy.address())
                .map(proxy -> " through the proxy " + proxy.getHostString() + ":" + proxy.getPort()).orElse("");
    }

    private static boolean isUnknownHost(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static String reason(IOException e) {
        if (isUnknownHost(e)) {
            return "unknown host; is there a network, or a proxy to name in HTTPS_PROXY?";
        }
        if (e instanceof HttpTimeoutException) {
            return "it took too long";
        }
        return e instanceof ConnectException && e.getMessage() == null
                ? "connection refused"
                : String.valueOf(e.getMessage());
    }

    private static URI target(URI from, HttpHeaders headers) throws IOException {
        String location = headers.firstValue("Location").orElse("");
        try {
            URI to = from.resolve(location);
            boolean downgrade = from.getScheme().equals("https") && !"https".equals(to.getScheme());
            if (location.isEmpty() || to.getHost() == null || downgrade) {
                throw new IOException(HttpFile.shown(from) + " redirects to "
                        + (downgrade ? "an address without encryption" : "no address"));
            }
            return to;
        } catch (IllegalArgumentException e) {
            throw new IOException(HttpFile.shown(from) + " redirects to something that is no address", e);
        }
    }

    /** What names the version of a file in conditions: a strong tag, else the time of change; empty if there is neither. */
    static String validator(HttpHeaders headers) {
        return headers.firstValue("ETag").filter(tag -> !tag.startsWith("W/") && !tag.isBlank())
                .or(() -> headers.firstValue("Last-Modified")).orElse("");
    }

    private static Optional<String> linkedHash(HttpHeaders headers) {
        return headers.firstValue(LINKED_HASH).map(tag -> tag.replace("\"", "").toLowerCase(Locale.ROOT))
                .filter(tag -> tag.matches("[0-9a-f]{64}"));
    }

    /** What an answer means that brings no file. */
    IOException refusal(HttpResponse<InputStream> response) {
        int code = response.statusCode();
        String address = HttpFile.shown(response.uri());
        if (code == 408 || code == 425 || code == 429 || code >= 500) {
            return new TransientException(response.uri().getHost() + " answered " + code
                    + (code == 429 ? " (too many requests)" : ""),
                    Waits.asked(response.headers(), Instant.now()), null);
        }
        return new IOException(switch (code) {
            case 401, 403 -> "access to " + address + " was refused (" + code + "). " + wanted.hint();
            case 404, 410 -> "there is no such file (" + code + "): " + address;
            default -> address + " answered " + code + ", expected a file";
        });
    }
}
