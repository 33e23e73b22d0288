package org.emfuse.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.emfuse.record.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files over HTTP from a local server: cuts, changes, refusals. */
class HttpTransferTest {

    private static final byte[] CONTENT = random(1, 300_000);
    private static final byte[] OTHER = random(2, 310_000);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final List<Long> heard = new ArrayList<>();
    private int ends;

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private Path fetch(URI uri, Optional<String> token, Optional<String> hash)
            throws IOException, InterruptedException {
        return fetch(uri, token, hash, 4);
    }

    private Path fetch(URI uri, Optional<String> token, Optional<String> hash, int tries)
            throws IOException, InterruptedException {
        HttpTransfer transfer = new HttpTransfer(ProxySelector.of(null),
                new Waits(tries, Duration.ofMillis(1), Duration.ofSeconds(5)), Duration.ofMillis(400));
        return transfer.fetch(new HttpFile(uri, token, hash, "Ask for it."), folder.resolve("f.part"),
                new FetchListener() {
                    @Override
                    public void at(String file, long done, long total) {
                        assertThat(file).isEqualTo("f");
                        heard.add(done);
                    }

                    @Override
                    public void ended() {
                        ends++;
                    }
                });
    }

    private Path fetch(FileServer server) throws IOException, InterruptedException {
        return fetch(server.at("/f"), Optional.empty(), Optional.of(Sha256.of(CONTENT)));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFileComesAndNothingElseIsLeft() throws Exception {
        try (FileServer server = new FileServer(CONTENT, FileServer::whole)) {
            assertThat(fetch(server)).hasBinaryContent(CONTENT);
            assertThat(files()).containsExactly("f.part");
            assertThat(heard.getFirst()).isZero();
            assertThat(heard).isSorted().endsWith((long) CONTENT.length);
            assertThat(ends).isEqualTo(1);
        }
    }

    @Test
    void aCutIsFollowedByTheRestOnly() throws Exception {
        try (FileServer server = new FileServer(CONTENT, FileServer::half, FileServer::whole)) {
            assertThat(fetch(server)).hasBinaryContent(CONTENT);
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().get(1).range()).matches("bytes=[1-9][0-9]*-");
            assertThat(server.requests().get(1).condition()).isEqualTo("\"one\"");
        }
    }

    @Test
    void aLaterCallGoesOnWhereAnEarlierOneStopped() throws Exception {
        try (FileServer server = new FileServer(CONTENT, FileServer::half)) {
            assertThatThrownBy(() -> fetch(server.at("/f"), Optional.empty(), Optional.empty(), 1))
                    .isInstanceOf(IOException.class).hasMessageContaining("goes on from");
            assertThat(files()).containsExactly("f.part", "f.part.tag");
        }
        long stopped = Files.size(folder.resolve("f.part"));
        assertThat(stopped).isPositive();
        try (FileServer server = new FileServer(CONTENT, FileServer::whole)) {
            assertThat(fetch(server)).hasBinaryContent(CONTENT);
            assertThat(server.requests().getFirst().range()).isEqualTo("bytes=" + stopped + "-");
        }
    }

    @Test
    void aFileThatChangedBetweenTwoTriesIsFetchedAnew() throws Exception {
        try (FileServer server = new FileServer(CONTENT, FileServer::half, (self, exchange) -> {
            self.change(OTHER, "\"two\"");
            FileServer.whole(self, exchange);
        })) {
            assertThat(fetch(server.at("/f"), Optional.empty(), Optional.of(Sha256.of(OTHER))))
                    .hasBinaryContent(OTHER);
            assertThat(server.requests().get(1).condition()).isEqualTo("\"one\"");
        }
    }

    /** A server that sends a range of the new file although the condition names the old one. */
    @Test
    void aChangeIsNoticedAlsoWhereTheServerIgnoresTheCondition() throws Exception {
        try (FileServer server = new FileServer(CONTENT, FileServer::half, (self, exchange) -> {
            self.change(OTHER, "\"two\"");
            exchange.getRequestHeaders().remove("If-Range");
            FileServer.whole(self, exchange);
        }, FileServer::whole)) {
            assertThat(fetch(server.at("/f"), Optional.empty(), Optional.empty())).hasBinaryContent(OTHER);
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void aServerWithoutRangesSendsAllAgain() throws Exception {
        try (FileServer server = new FileServer(CONTENT, FileServer::half, FileServer::withoutRanges)) {
            assertThat(fetch(server)).hasBinaryContent(CONTENT);
        }
    }

    @Test
    void aWrongHashIsThrownAway() throws Exception {
        try (FileServer server = new FileServer(OTHER, FileServer::whole)) {
            assertThatThrownBy(() -> fetch(server)).isInstanceOf(IOException.class)
                    .hasMessageContaining("SHA-256 " + Sha256.of(OTHER)).hasMessageContaining(Sha256.of(CONTENT));
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void redirectionsKeepTheAuthorizationAtHome() throws Exception {
        try (FileServer store = new FileServer(CONTENT, FileServer::half, FileServer::whole);
                FileServer hub = new FileServer(new byte[0], (self, exchange) -> FileServer
                        .status(302, "Location", store.at("/f").toString(), "X-Linked-Etag",
                                "\"" + Sha256.of(CONTENT) + "\"")
                        .give(self, exchange))) {
            assertThat(fetch(hub.at("/f"), Optional.of("Bearer secret"), Optional.empty()))
                    .hasBinaryContent(CONTENT);
            assertThat(hub.requests()).hasSize(2)
                    .allSatisfy(request -> assertThat(request.authorization()).isEqualTo("Bearer secret"));
            assertThat(store.requests()).hasSize(2)
                    .allSatisfy(request -> assertThat(request.authorization()).isEmpty());
            assertThat(store.requests().get(1).range()).isNotEmpty();
        }
    }

    @Test
    void theHashThatAHubTellsDecides() throws Exception {
        try (FileServer store = new FileServer(OTHER, FileServer::whole);
                FileServer hub = new FileServer(new byte[0], (self, exchange) -> FileServer
                        .status(302, "Location", store.at("/f").toString(), "X-Linked-Etag",
                                "\"" + Sha256.of(CONTENT) + "\"")
                        .give(self, exchange))) {
            assertThatThrownBy(() -> fetch(hub.at("/f"), Optional.empty(), Optional.empty()))
                    .hasMessageContaining(Sha256.of(CONTENT));
        }
    }

    @Test
    void endlessRedirectionsEnd() throws Exception {
        try (FileServer server = new FileServer(CONTENT, FileServer.status(307, "Location", "/f"))) {
            assertThatThrownBy(() -> fetch(server)).hasMessageContaining("redirects without end");
        }
    }

    @Test
    void aBusyServerIsAskedAgainAndNotForEver() throws Exception {
        try (FileServer server = new FileServer(CONTENT, FileServer.status(429, "Retry-After", "0"),
                FileServer.status(503), FileServer::whole)) {
            assertThat(fetch(server)).hasBinaryContent(CONTENT);
        }
        try (FileServer server = new FileServer(CONTENT, FileServer.status(500))) {
            Files.delete(folder.resolve("f.part"));
            assertThatThrownBy(() -> fetch(server)).hasMessageContaining("answered 500")
                    .hasMessageContaining("Tried 4 times");
            assertThat(server.requests()).hasSize(4);
        }
        try (FileServer server = new FileServer(CONTENT, FileServer.status(429, "Retry-After", "3600"))) {
            assertThatThrownBy(() -> fetch(server)).hasMessageContaining("too many requests")
                    .hasMessageContaining("3600 s");
            assertThat(server.requests()).as("a wait that long is the user's to decide").hasSize(1);
        }
    }

    @Test
    void refusalsAreSaidOnce() throws Exception {
        for (int code : new int[]{401, 403}) {
            try (FileServer server = new FileServer(CONTENT, FileServer.status(code))) {
                assertThatThrownBy(() -> fetch(server)).hasMessageContaining("was refused (" + code + "). Ask for it.");
                assertThat(server.requests()).hasSize(1);
            }
        }
        try (FileServer server = new FileServer(CONTENT, FileServer.status(404))) {
            assertThatThrownBy(() -> fetch(server)).hasMessageContaining("there is no such file (404)")
                    .hasMessageContaining(server.at("/f").toString());
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void aWebPageIsNoFile() throws Exception {
        try (FileServer server = new FileServer(CONTENT, (self, exchange) -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            FileServer.whole(self, exchange);
        })) {
            assertThatThrownBy(() -> fetch(server)).hasMessageContaining("a web page instead of a file");
            assertThat(files()).isEmpty();
        }
    }

    @Test
    @Timeout(60)
    void aServerThatFallsSilentCountsAsCut() throws Exception {
        CountDownLatch again = new CountDownLatch(1);
        try (FileServer server = new FileServer(CONTENT, (self, exchange) -> {
            FileServer.half(self, exchange);
            try {
                again.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, (self, exchange) -> {
            again.countDown();
            FileServer.whole(self, exchange);
        })) {
            assertThat(fetch(server)).hasBinaryContent(CONTENT);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void moreThanTheDiskHoldsIsRefusedBeforeItComes() throws Exception {
        try (FileServer server = new FileServer(CONTENT, (self, exchange) -> {
            exchange.sendResponseHeaders(200, 1L << 55);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
        })) {
            assertThatThrownBy(() -> fetch(server)).hasMessageContaining("Make room")
                    .hasMessageContaining(CacheFolder.VARIABLE);
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void whereNobodyListensItFailsAtOnce() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        assertThatThrownBy(() -> fetch(URI.create("http://127.0.0.1:" + port + "/f"), Optional.empty(),
                Optional.empty())).hasMessageContaining("no answer from 127.0.0.1")
                .hasMessageNotContaining("Tried");
        assertThatThrownBy(() -> fetch(URI.create("http://no-such-host.invalid/f"), Optional.empty(),
                Optional.empty())).hasMessageContaining("unknown host").hasMessageNotContaining("Tried");
    }

    @Test
    void serversSayHowLongToWait() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(Waits.asked(headers("17"), now)).contains(Duration.ofSeconds(17));
        assertThat(Waits.asked(headers("Thu, 01 Jan 2026 00:01:00 GMT"), now)).contains(Duration.ofMinutes(1));
        assertThat(Waits.asked(headers("Wed, 31 Dec 2025 00:00:00 GMT"), now)).contains(Duration.ZERO);
        assertThat(Waits.asked(headers("soon"), now)).isEmpty();
        assertThat(Waits.asked(headers("99999999999999999999"), now)).isEmpty();
    }

    private static HttpHeaders headers(String value) {
        return HttpHeaders.of(Map.of("Retry-After", List.of(value)), (a, b) -> true);
    }

    @Test
    void proxiesAreThoseOfTheEnvironment() {
        EnvironmentProxies proxies = new EnvironmentProxies(Map.of("HTTPS_PROXY", "http://upper:1", "https_proxy",
                "lower:3128", "NO_PROXY", "internal.example, .local,10.0.0.1:8080"), ProxySelector.of(null));
        assertThat(proxies.select(URI.create("https://hub.example/f"))).singleElement().asString()
                .contains("lower").contains("3128");
        assertThat(proxies.select(URI.create("http://hub.example/f"))).containsExactly(Proxy.NO_PROXY);
        assertThat(proxies.select(URI.create("https://a.internal.example/f"))).containsExactly(Proxy.NO_PROXY);
        assertThat(proxies.select(URI.create("https://notinternal.example/f"))).isNotEqualTo(List.of(Proxy.NO_PROXY));
        assertThat(proxies.select(URI.create("https://x.local/f"))).containsExactly(Proxy.NO_PROXY);
        assertThat(proxies.select(URI.create("https://10.0.0.1/f"))).containsExactly(Proxy.NO_PROXY);
        assertThatThrownBy(() -> new EnvironmentProxies(Map.of("ALL_PROXY", "socks5://me:secret@x:1"), null)
                .select(URI.create("http://hub.example/f"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a proxy like http://host:port in ALL_PROXY, found socks5://…@x:1")
                .hasMessageContaining("NO_PROXY");
    }

    @Test
    void aFileComesThroughAProxy() throws Exception {
        try (FileServer proxy = new FileServer(CONTENT, FileServer::whole)) {
            HttpTransfer transfer = new HttpTransfer(
                    new EnvironmentProxies(Map.of("http_proxy", proxy.at("").toString()), null), Waits.USUAL,
                    Duration.ofSeconds(5));
            assertThat(transfer.fetch(new HttpFile(URI.create("http://far-away.invalid/f"), Optional.empty(),
                    Optional.of(Sha256.of(CONTENT)), ""), folder.resolve("f.part"), FetchListener.NONE))
                    .hasBinaryContent(CONTENT);
            assertThat(proxy.requests().getFirst().path()).isEqualTo("http://far-away.invalid/f");
        }
    }
}
