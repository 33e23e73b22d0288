package org.emfuse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.emfuse.llm.gguf.TinyModels;
import org.emfuse.llm.model.FileServer;
import org.emfuse.record.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Models are fetched, listed, verified and removed by processes that share a cache. */
class ModelCommandsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private byte[] model = new byte[0];

    @BeforeEach
    void makeModel() throws IOException {
        model = Files.readAllBytes(TinyModels.of(1).write(folder.resolve("tiny.gguf")));
    }

    private ChildProcess start(Map<String, String> more, String... arguments) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of("EMFUSE_OFFLINE", "0")); // the build says 1
        environment.putAll(more);
        environment.put("EMFUSE_HOME", folder.resolve("home").toString());
        return new ChildProcess(folder, environment, arguments);
    }

    private Terminal.Outcome run(String... arguments) throws IOException, InterruptedException {
        return start(Map.of(), arguments).end();
    }

    private List<String> cached() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("home/models"))) {
            return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private boolean partHasBytes() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("home/models"))) {
            return files.anyMatch(file -> file.toString().endsWith(".part") && file.toFile().length() > 0);
        }
    }

    @Test
    void twoProcessesThatAskAtOnceFetchOnce() throws Exception {
        try (FileServer server = new FileServer(model, FileServer::whole)) {
            Map<String, String> hub = Map.of("HF_ENDPOINT", server.at("").toString());
            String name = "hf:some/models/tiny.gguf@v1";
            ChildProcess one = start(hub, "models", "fetch", name);
            ChildProcess two = start(hub, "models", "fetch", name);
            assertThat(one.end().out()).contains("tiny.gguf");
            assertThat(two.end().out()).contains("tiny.gguf");
            assertThat(server.requests()).singleElement()
                    .satisfies(request -> assertThat(request.path()).isEqualTo("/some/models/resolve/v1/tiny.gguf"));

            assertThat(cached()).containsExactly(".tiny.gguf.fetched", "tiny.gguf");
            assertThat(run("models", "list").out()).contains(name, "yes");
            assertThat(run("models", "verify").out()).contains(name + "  sound");
            Path file = folder.resolve("home/models/hf/some/models/v1/tiny.gguf");
            byte[] damaged = model.clone();
            damaged[damaged.length - 1] ^= 1;
            Files.write(file, damaged);
            Terminal.Outcome verified = run("models", "verify", name);
            assertThat(verified.code()).isEqualTo(1);
            assertThat(verified.err()).contains("damaged: " + name).doesNotContain("\tat ");
            assertThat(run("models", "remove", name).out()).contains("freed");
            assertThat(cached()).isEmpty();
        }
    }

    @Test
    void whatIsDamagedIsNotCalledAbsent() throws Exception {
        try (FileServer server = new FileServer(model, FileServer::whole)) {
            String name = "hf:some/models/tiny.gguf@v1";
            assertThat(start(Map.of("HF_ENDPOINT", server.at("").toString()), "models", "fetch", name).end().code())
                    .isZero();
            String team = Files.writeString(folder.resolve("team.yaml"), "base: " + name + "\nexperts: [{name: a}]\n")
                    .toString();
            Path file = folder.resolve("home/models/hf/some/models/v1/tiny.gguf");
            Files.write(file, new byte[100]);
            String[] inspect = {"experts", "inspect", team};
            assertThat(start(Map.of("EMFUSE_OFFLINE", "1"), inspect).end().err())
                    .contains("EMFUSE_OFFLINE is set", name + " is damaged in the cache: " + file, "fetched anew")
                    .doesNotContain("is not in the cache");
            Files.delete(file);
            assertThat(start(Map.of("EMFUSE_OFFLINE", "1"), inspect).end().err()).contains("is not in the cache");
        }
    }

    @Test
    void aProxyThatDoesNotAnswerIsNamed() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        Map<String, String> proxy = Map.of("HTTPS_PROXY", "http://me:secret@127.0.0.1:" + closed, "https_proxy", "",
                "NO_PROXY", "", "no_proxy", "");
        Terminal.Outcome outcome = start(proxy, "models", "fetch", "https://far-away.invalid/c.gguf").end();
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("no answer from far-away.invalid through the proxy 127.0.0.1:" + closed)
                .doesNotContain("secret");
    }

    @Test
    void withCtrlCOnlyThePartStaysAndTheNextFetchGoesOn() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        try (FileServer server = new FileServer(model, (self, exchange) -> {
            FileServer.half(self, exchange);
            half.countDown();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, FileServer::whole)) {
            String address = server.at("/tiny.gguf").toString();
            ChildProcess fetch = start(Map.of(), "models", "fetch", address);
            assertThat(half.await(2, TimeUnit.MINUTES)).as("the file was asked for").isTrue();
            while (!partHasBytes()) {
                Thread.sleep(20);
            }
            fetch.interrupt();
            assertThat(fetch.end().code()).isEqualTo(130);
            stopped.countDown();
            assertThat(cached()).hasSize(2)
                    .allMatch(name -> name.matches("\\.tiny\\.gguf\\.[0-9a-f]{8}\\.part(\\.tag)?"));

            assertThat(run("models", "fetch", address).code()).isZero();
            assertThat(server.requests().get(1).range()).startsWith("bytes=");
            assertThat(cached()).containsExactly(".tiny.gguf.fetched", "tiny.gguf");
        }
    }

    @Test
    void withoutNetworkOneMessageNamesWhatIsMissing() throws Exception {
        Path experts = Files.writeString(folder.resolve("x.yaml"),
                "base: hf:some/models/tiny.gguf\nexperts: [{name: a, adapter: hf:some/adapters/a.gguf}]\n");
        Map<String, String> offline = Map.of("EMFUSE_OFFLINE", "1");
        Terminal.Outcome outcome = start(offline, "experts", "fetch", experts.toString()).end();
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err().lines().filter(line -> !line.startsWith("WARNING"))).singleElement().asString()
                .contains("EMFUSE_OFFLINE", "hf:some/models/tiny.gguf").doesNotContain("Exception");
        assertThat(start(offline, "models", "list", "--json", "-").end().out()).satisfies(json -> assertThat(
                new JsonMapper().readTree(json).path("models").get(0).path("state").asString()).isEqualTo("absent"));
    }

    @Test
    void absentModelsPathsAndFoldersAreSaidAsWhatTheyAre() throws Exception {
        Terminal.Outcome absent = run("models", "verify", "smollm2-135m-instruct");
        assertThat(absent.code()).isEqualTo(1);
        assertThat(absent.err()).contains(
                "absent: smollm2-135m-instruct. Fetch with: emfuse models fetch smollm2-135m-instruct");
        String file = folder.resolve("tiny.gguf").toString();
        for (String command : new String[]{"verify", "remove"}) {
            Terminal.Outcome path = run("models", command, file);
            assertThat(path.code()).isEqualTo(2);
            assertThat(path.err()).contains(file + " is a path; expected a model of the cache")
                    .doesNotContain("does not exist");
        }
        assertThat(folder.resolve("tiny.gguf")).hasBinaryContent(model);
        Terminal.Outcome inspected = run("models", "inspect", folder.toString());
        assertThat(inspected.code()).isEqualTo(2);
        assertThat(inspected.err()).contains(folder + " is a folder; expected a GGUF file")
                .doesNotContain("does not exist");
    }

    @Test
    void whatToDoAfterAFailedFetchDependsOnTheSource() throws Exception {
        try (FileServer server = new FileServer(model, FileServer.status(404))) {
            String hub = server.at("").toString();
            String address = server.at("/tiny.gguf").toString();
            Map<String, String> advice = Map.of("hf:some/models/tiny.gguf",
                    "Are owner, repository, file and revision right? HF_ENDPOINT names another hub or a mirror.",
                    address,
                    "Is the address right?", "pip:emfuse-no-such-package==0.0.0/x/y.gguf", "PIP_INDEX_URL.");
            for (Map.Entry<String, String> source : advice.entrySet()) {
                Terminal.Outcome outcome = start(Map.of("HF_ENDPOINT", hub, "PIP_INDEX_URL", hub, "PIP_RETRIES", "0",
                        "PIP_CONFIG_FILE", "/dev/null"), "models", "fetch", source.getKey()).end();
                assertThat(outcome.code()).isEqualTo(1);
                assertThat(outcome.err()).contains(source.getValue(), "If you have the file, name it by its path")
                        .doesNotContain("put it at");
            }
        }
    }

    @Test
    void aCopyThatWasKilledIsGoneAfterTheNextOne() throws Exception {
        Path models = Files.createDirectories(folder.resolve("home/models"));
        Path drive = Files.write(folder.resolve("drive.gguf"), model);
        Files.writeString(folder.resolve("home/catalog.yaml"),
                "mine: {file: mine.gguf, bytes: %d, sha256: %s, licence: none, sources: ['/no/such/drive.gguf', '%s']}\n"
                        .formatted(model.length, Sha256.of(model), drive));
        String hash = Sha256.of(drive.toString()).substring(0, 8);
        Files.writeString(models.resolve(".drive.gguf." + hash + ".copy"), "a part of it");
        Files.writeString(models.resolve(".drive.gguf." + Sha256.of("/no/such/drive.gguf").substring(0, 8) + ".part"),
                "of a source that had a part of it before");
        assertThat(run("models", "fetch", "mine").code()).isZero();
        assertThat(cached()).containsExactly(".mine.gguf.fetched", "mine.gguf");
        assertThat(models.resolve("mine.gguf")).hasBinaryContent(model);

        Files.writeString(models.resolve(".drive.gguf." + hash + ".copy"), "a part of it");
        assertThat(run("models", "remove", "mine").out()).contains("freed");
        assertThat(cached()).isEmpty();
    }

    @Test
    void withoutAPlaceForHashesTheyAreComputedEachTime() throws Exception {
        Files.writeString(folder.resolve("home"), "a file in place of the folder");
        Terminal.Outcome outcome = run("models", "inspect", folder.resolve("tiny.gguf").toString());
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains(Sha256.of(model));
        assertThat(outcome.err()).doesNotContain("could not be read");
    }

    @Test
    void aCacheThatCannotBeWrittenAndNamesThatAreNone() throws Exception {
        try (FileServer server = new FileServer(model, FileServer::whole)) {
            Files.writeString(folder.resolve("home"), "a file in place of the folder");
            Terminal.Outcome outcome = run("models", "fetch", server.at("/tiny.gguf").toString());
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.err()).contains("EMFUSE_HOME").doesNotContain("\tat ");
        }
        Terminal terminal = new Terminal(folder);
        for (String command : new String[]{"fetch", "verify", "remove"}) {
            Terminal.Outcome outcome = terminal.run("models", command, "smollm2-135m-instrukt");
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.err()).contains("did you mean 'smollm2-135m-instruct'");
        }
    }
}
